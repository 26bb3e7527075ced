"""Mutants of npnet/derivations/engine/symbols.py."""

FUNCTIONS = ["Symbol.lift", "Symbol.combine", "Symbol.apply", "_slope", "strict_questions.note", "is_zero"]
REWRITES = {
    "": [("DIGITS = 50", "DIGITS = 5"), ("{'lt': '<', 'gt': '>', 'eq': '='}", "{'lt': '<', 'gt': '>'}"), ("{'lt': '<', 'gt': '>', 'eq': '='}", "{'lt': '<', 'gt': '>', 'eq': '=', 'le': '<', 'ge': '>'}")],
    "Symbol.along": [("cls(t, 0.0) * v", "cls(t, 0.0)"), ("x + cls(t, 0.0) * v", "cls(t, 0.0) * v"), ("x + cls(t, 0.0) * v", "x - cls(t, 0.0) * v")],
    "_slope": [("math.nan", "0.0"), ("sympy.diff(expression, t).subs(t, 0)", "expression.subs(t, 0)"), ("sympy.diff(expression, t).subs(t, 0)", "sympy.diff(expression, t)")],
    "strict_questions": [("Symbol.note = None", "pass")],
    "Symbol.lift": [("other == math.pi", "False")],
    "array": [
        ("{'positive': True} if positive else {'real': True}", "{'real': True}"),
        ("{'positive': True} if positive else {'real': True}", "{'positive': True}"),
        ("'_'.join([name, *map(str, index)])", "name"),
        ("float(values[index])", "1.0"),
    ],
    "verdict": [
        # All points, not any; as near to 0 as 50 digits, on both sides of it
        ("all((abs(value) < mpmath.mpf(10) ** -DIGITS for value in values))", "any((abs(value) < mpmath.mpf(10) ** -DIGITS for value in values))"),
        ("abs(value) < mpmath.mpf(10) ** -DIGITS", "value < mpmath.mpf(10) ** -DIGITS"),
        ("abs(value) < mpmath.mpf(10) ** -DIGITS", "abs(value) < mpmath.mpf(10) ** -(DIGITS // 5)"),
        ("abs(value) < mpmath.mpf(10) ** -DIGITS", "abs(value) < mpmath.mpf(10) ** -(DIGITS + 60)"),
        ("abs(value) < mpmath.mpf(10) ** -DIGITS", "True"),
        ("range(3)", "range(1)"),
        ("range(3)", "range(2)"),
        ("range(3)", "range(4)"),
        ("range(3)", "range(0)"),
        ("2 * DIGITS", "15"),
        ("_simplifies(expression)", "True"),
        ("_simplifies(expression)", "False"),
        ("around or {}", "{}"),
    ],
    "_simplifies": [
        ("expression == 0", "False", "expanding it finds the same, later"),
        ("sympy.expand(expression) == 0", "False"),
        ("sympy.expand(expression) == 0", "True"),
        ("sympy.count_ops(expression) > OPERATIONS", "False"),
        ("sympy.count_ops(expression) > OPERATIONS", "sympy.count_ops(expression) >= OPERATIONS"),
        ("len(expression.free_symbols) > UNKNOWNS", "False"),
        ("len(expression.free_symbols) > UNKNOWNS", "len(expression.free_symbols) >= UNKNOWNS"),
        ("bool(sympy.expand(numerator) == 0)", "True"),
        ("bool(sympy.expand(numerator) == 0)", "False"),
        ("expression.rewrite(sympy.exp)", "expression"),
    ],
    "_point": [
        ("unknown in around", "False"),
        ("991 + step", "991"),
        ("991 + step", "9 * step"),
        ("mpmath.mpf(step) / 37", "mpmath.mpf(0)"),
        ("mpmath.mpf(step) / 37", "mpmath.mpf(abs(step)) / 37"),
    ],
}  # fmt: skip
