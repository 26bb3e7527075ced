"""Mutants of npnet/derivations/engine/formulas.py."""

TESTS = ["tests/derivations/engine/test_evaluation.py", "tests/derivations/engine/test_checking.py"]
REWRITES = {
    "Formula.__init__": [
        # A side that is not compared, a definition that is forgotten or stays
        ("(right,) if assignment else (left, right)", "(right,)"),
        ("(right,) if assignment else (left, right)", "(left,)"),
        ("(right,) if assignment else (left, right)", "(left, right)"),
        ("{**(before.definitions if before else {}), **own}", "own"),
        ("{**(before.definitions if before else {}), **own}", "{**own, **(before.definitions if before else {})}"),
        ("claims or [(first.left if isinstance(first, Equation) else first,)]", "claims[:1] or [(first.left if isinstance(first, Equation) else first,)]"),
        ("claims or [(first.left if isinstance(first, Equation) else first,)]", "claims[-1:] or [(first.left if isinstance(first, Equation) else first,)]"),
        ("own.setdefault(text, []).append(Definition(subscripts, right))", "own[text] = [Definition(subscripts, right)]"),
        ("(Name, Number)", "Name"),
        ("all((isinstance(subscript, (Name, Number)) for subscript in subscripts))", "True"),
    ],
    "Formula.__call__": [
        ("any((len(claim) == 2 for claim in self.claims))", "False"),
        ("any((len(claim) == 2 for claim in self.claims))", "all((len(claim) == 2 for claim in self.claims))"),
        ("claim[-1]", "claim[0]"),
        ("claim[0]", "claim[-1]"),
    ],
}  # fmt: skip
