"""Mutants of npnet/derivations/engine/latex.py: a formula that is read as another one, or only half."""

FUNCTIONS = [
    "_split", "_Reader.take", "_Reader.end", "_Reader.statement", "_Reader.relation", "_Reader.expression", "_Reader.term",
    "_Reader.fraction", "_Reader.group", "_Reader.subscripts", "_Reader.scripted",
]  # fmt: skip
EQUIVALENT = {
    "_split": {
        "swap += #0": "a depth of the other sign is 0 at the same places",
        "exchange - #0": "a depth of the other sign is 0 at the same places",
    },
}
REWRITES = {
    "": [
        (r"{'=': '=', '<': '<', '>': '>', '\\le': '<=', '\\ge': '>=', '\\ne': '!='}", r"{'=': '=', '<': '<', '>': '>', '\\le': '<', '\\ge': '>', '\\ne': '!='}"),
        (r"{'=': '=', '<': '<', '>': '>', '\\le': '<=', '\\ge': '>=', '\\ne': '!='}", r"{'=': '=', '<': '>', '>': '<', '\\le': '<=', '\\ge': '>=', '\\ne': '!='}"),
    ],
    "_Reader.atom": [("VALUES[token]", "'abs'"), ("float(token) if '.' in token else int(token)", "int(float(token))"), ("token in OPERATORS", "False")],
    "read": [("token not in SPACES", "True")],
    "_Reader.factor": [("Prefixed('±', self.factor())", "self.factor()"), ("Derivative(self.term(), by, elementwise=False)", "Derivative(self.term(), by, elementwise=True)")],
    "_Reader.sum": [
        ("low = right", "low = None"),
        ("condition = under", "condition = None"),
        ("high = self.inner(self.argument()).whole()", "self.inner(self.argument()).whole()"),
        ("self.term(quotient=False)", "self.term()"),
        ("self.term(quotient=False)", "self.factor()"),
    ],
    "_Reader.named": [
        ("primed = True", "primed = False"),
        ("power = self.inner(self.argument()).whole()", "self.inner(self.argument()).whole()"),
        ("subscripts = self.subscripts(self.argument())", "self.subscripts(self.argument())"),
        ("call if power is None else Operation('^', call, power)", "call"),
        ("name if power is None else Operation('^', name, power)", "name"),
        ("text not in self.functions or not (operator or self.next in ('(', '['))", "text not in self.functions"),
    ],
}  # fmt: skip
