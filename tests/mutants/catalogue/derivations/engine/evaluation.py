"""Mutants of npnet/derivations/engine/evaluation.py: a formula that is given the value of another one."""

FUNCTIONS = ["Evaluation._product", "Evaluation._prefixed", "Evaluation._terms", "Evaluation._matches", "_part"]
EQUIVALENT = {"Evaluation._prefixed": {"without sorted #0": "the indices of one place are bound in one order"}}
REWRITES = {
    "": [
        ("operator.sub", "operator.add"),
        ("operator.truediv", "operator.mul"),
        ("np.not_equal", "np.equal"),
        ("np.less_equal", "np.less"),
        ("np.greater_equal", "np.greater"),
        ("np.greater", "np.greater_equal"),
        ("np.less", "np.less_equal"),
    ],
    "Evaluation.components": [
        ("range(1, self._count(index) + 1)", "range(1, 2)"),
        ("range(1, self._count(index) + 1)", "range(1, self._count(index))"),
        ("free.sort(key=list(self.notation.indices).index)", "free.sort(key=list(self.notation.indices).index, reverse=True)"),
        ("found.index in free", "False"),
    ],
    "Evaluation.value": [
        ("np.concatenate([np.ravel(self.value(part)) for part in parts])", "np.ravel(self.value(parts[0]))"),
        ("self._elementwise(of, by) if elementwise else self._partial(of, by)", "self._partial(of, by)"),
        ("self._elementwise(of, by) if elementwise else self._partial(of, by)", "self._elementwise(of, by)"),
        ("value if isinstance(value, int) else self.lift(value)", "self.lift(value)"),
    ],
    "Evaluation._place": [
        ("indices[:needed]", "()"),
        ("not all(isinstance(index, int) for index in indices)", "False"),
        ("len(indices) < needed", "False"),
        ("len(indices) == 1 and self._is_given(f'{text}_{indices[0]}')", "False"),
    ],
    "Evaluation._quantity": [
        ("place in self.moved", "False"),
        ("place in self.pending", "False"),
        ("self.lift(value) if isinstance(value, float) else value", "value"),
    ],
    "Evaluation._computed": [
        ("sorted(self.definitions.get(text, []), key=self._is_general)", "self.definitions.get(text, [])"),
        ("indices and text in self.definitions", "False"),
        ("_part(self._quantity((text, ())), indices[0])", "self._quantity((text, ()))"),
    ],
    "Evaluation._operation": [
        ("self._lifted(a)", "a"),
        ("truth if truth.ndim else int(truth)", "truth"),
        ("symbol == '^' and left == Name('e') and not self._is_given('e') and 'e' not in self.definitions", "symbol == '^' and left == Name('e')"),
        ("b >= 0", "True"),
    ],
    "Evaluation._call": [
        ("calculus.derivative(applied, *arguments) if primed else applied(*arguments)", "applied(*arguments)"),
        ("calculus.derivative(applied, *arguments) if primed else applied(*arguments)", "calculus.derivative(applied, *arguments)"),
        ("known if callable(known) else _part(known, self.value(function.subscripts[0]))", "known if callable(known) else known[0]"),
    ],
    "Evaluation._sum": [("np.sum(self.value(node.body))", "np.ravel(self.value(node.body))[0]"), ("reduce(operator.add, terms) if terms else 0", "terms[0] if terms else 0")],
    "Evaluation._along": [
        ("{} if place[0] in self.variables else self.known", "self.known"),
        ("other[0] not in self.definitions", "True"),
    ],
    "Evaluation._elementwise": [("np.ones(np.shape(self._quantity(place)))", "2 * np.ones(np.shape(self._quantity(place)))"), ("rest", "False")],
    "Evaluation._partial": [
        ("np.eye(x.size)", "np.eye(x.size)[::-1]"),
        ("np.eye(x.size)", "np.ones((x.size, x.size))"),
        ("slopes.reshape(slopes.shape[:-1] + x.shape)", "slopes"),
    ],
}  # fmt: skip
