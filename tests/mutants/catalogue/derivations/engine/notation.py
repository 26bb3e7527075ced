"""Mutants of npnet/derivations/engine/notation.py."""

TESTS = ["tests/derivations/engine/test_evaluation.py"]
REWRITES = {
    "": [
        ("lambda x: np.maximum(x, -x)", "lambda x: x"),
        ("np.ceil", "np.floor"),
        ("np.cos", "np.sin"),
        ("np.sin", "np.cos"),
        ("np.log", "np.log1p"),
        ("np.exp", "np.expm1"),
        ("np.sqrt", "np.square"),
        ("np.sign", "np.abs"),
        ("lambda x: np.maximum(x, -x)", "lambda x: np.minimum(x, -x)"),
    ],
    "Notation": [("matrices: bool = False", "matrices: bool = True")],
}  # fmt: skip
