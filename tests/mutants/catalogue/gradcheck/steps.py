"""Mutants of npnet/gradcheck/steps.py."""

TESTS = ["tests/gradcheck/test_steps.py", "tests/gradcheck/test_checking.py"]
FUNCTIONS = ["complex_step"]
REWRITES = {
    "along.around": [("(-1, 1)", "(1, 1)")],
    "along": [
        ("8 * abs(again - value)", "0.0"),
        ("2 * float(last_places(float(imaginary.imag))) / first", "0.0"),
        ("np.abs(there - value).max() > UNEVEN * abs(value)", "False"),
        ("np.abs(there - around(second)) <= DIGITS * np.abs(there)", "there == there"),
        ("error + zero", "error"),
        ("abs(value) <= OPTIMUM * change / near", "True"),
        ("abs(value) <= OPTIMUM * change / near", "False"),
        ("min(rounding, OPTIMUM * change / near)", "rounding"),
        ("float(np.max(abs(v) / size))", "1.0"),
        ("f'near x, {doubt}'", "doubt"),
        ("max(abs(again - value), lost, abs(value)) <= zero", "True"),
        ("max(abs(again - value), lost, abs(value)) <= zero", "False"),
        ("change > UNEVEN * abs(value)", "False"),
    ],
}
