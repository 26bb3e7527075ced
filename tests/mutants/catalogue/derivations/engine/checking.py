"""Mutants of npnet/derivations/engine/checking.py."""

FUNCTIONS = ["_continued", "_verdict", "_Result.flat"]
EQUIVALENT = {"_verdict": {"exchange - #0": "a difference is 0 to either side"}}
REWRITES = {
    "check": [
        ("has_sympy() if symbolic is None else symbolic", "False"),
        ("has_sympy() if symbolic is None else symbolic", "True"),
        ("range(derivation.cases)", "range(1)"),
        ("np.random.default_rng(seed)", "np.random.default_rng(0)"),
        ("{name: v.draw(rng) for name, v in derivation.variables.items()}", "{name: v.draw(np.random.default_rng(0)) for name, v in derivation.variables.items()}"),
        # Nothing is compared, or always with the first line
        ("_continued(result, before, cases, rng) if before else Comparison()", "Comparison()"),
        ("before = result", "before = before or result"),
        ("_displayed(formula, result, cases, rng)", "None"),
        ("Formula(line.latex, derivation.notation, derivation.variables, formula)", "Formula(line.latex, derivation.notation, derivation.variables, None)"),
        ("not line.unchecked", "line.unchecked"),
        ("checks.append(Check(number, line, code, shown))", "checks.append(Check(number, line, code, None))"),
        ("Check(number, line, Comparison(problem=_words(error)), None)", "Check(number, line, Comparison(), None)"),
        ("Comparison(problem=f'cannot be evaluated: {_words(error)}')", "None"),
    ],
    "_Cases.tracked": [
        ("each(Tracked.lift, value)", "each(lambda number: Tracked(number, abs(number), 1e-6), value)"),
        ("variables[name].fixed", "False"),
    ],
    "_of_code": [
        ("line.error is None and not line.floats_only", "True"),
        ("line.error is None and not line.floats_only", "line.error is None"),
        ("before is None", "False"),
        ("np.broadcast_to(line.error(**c), v.shape)", "np.full(v.shape, 1e9)"),
        ("bool(cases.symbols)", "False"),
    ],
    "_run": [
        ("_errors(run(case, Tracked.lift))", "1000 * _errors(run(case, Tracked.lift))"),
        ("_errors(run(case, Tracked.lift))", "0 * _errors(run(case, Tracked.lift))"),
        ("frozenset(asked)", "frozenset()"),
        ("not symbolic", "True"),
    ],
    "_errors": [("Tracked.lift(value).error", "Tracked.lift(value).size")],
    "_symbols": [
        ("max(len(variable.examples) for variable in derivation.variables.values())", "1"),
        ("variable.examples[i % len(variable.examples)]", "variable.examples[0]"),
        ("variable.examples[i % len(variable.examples)]", "variable.examples[-1]"),
        ("example if variable.fixed else symbols.array(name, example, variable.positive)", "symbols.array(name, example, variable.positive)"),
    ],
    "_continued": [("value.shape != last.shape", "value.size != last.size")],
    "_displayed": [
        ("_compare(shown, code.flat(), cases, rng)", "_compare(shown, shown, cases, rng)"),
        ("_compare(shown, code.flat(), cases, rng)", "_compare(code, code, cases, rng)"),
        ("shown.asked - code.asked", "shown.asked - shown.asked"),
        ("shown.asked - code.asked", "code.asked - shown.asked"),
        ("code.expressions is not None", "False"),
    ],
    "_compare": [
        # A NaN line that holds
        ("np.where(np.isnan(ratio), np.inf, ratio)", "ratio"),
        ("np.where(np.isnan(ratio), np.inf, ratio)", "np.nan_to_num(ratio)"),
        ("np.where(np.isnan(ratio), np.inf, ratio).max()", "np.where(np.isnan(ratio), np.inf, ratio).min()"),
        ("np.where(np.isnan(ratio), np.inf, ratio).max()", "np.where(np.isnan(ratio), np.inf, ratio).ravel()[0]"),
        ("not np.isfinite(limit).all()", "not np.isfinite(limit).any()"),
        ("not np.isfinite(limit).all()", "False"),
        ("max(largest, float(np.where(np.isnan(ratio), np.inf, ratio).max()))", "float(np.where(np.isnan(ratio), np.inf, ratio).max())"),
        ("abs(value - other_value)", "value - other_value"),
        ("abs(value - other_value)", "abs(abs(value) - abs(other_value))"),
        ("error + other_error", "error"),
        ("error + other_error", "other_error"),
        ("error + other_error", "1000 * (error + other_error)"),
        ("value == other_value", "np.isclose(value, other_value)"),
        ("value == other_value", "(value == other_value) | np.isnan(value)"),
        ("points + ratio.size", "ratio.size"),
        ("Comparison(points, largest, _verdict(one, other, cases, rng))", "Comparison(points, largest)"),
        ("Comparison(points, largest, _verdict(one, other, cases, rng))", "Comparison(points, 0.0, _verdict(one, other, cases, rng))"),
    ],
    "_verdict": [
        ("('differs', '50 digits', 'proved')", "('proved', '50 digits', 'differs')"),
        ("('differs', '50 digits', 'proved')", "('50 digits', 'differs', 'proved')"),
        ("expressions - others", "expressions - expressions"),
        ("one.expressions is None or other.expressions is None", "True"),
    ],
}  # fmt: skip
