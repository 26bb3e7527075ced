"""Mutants of npnet/engine/normal.py."""

FUNCTIONS = ["density", "cumulative", "_exponentials", "_quotient"]
TINY = "what it adds to the real part is as far below a rounding as the step of a complex step"
EQUIVALENT = {"density": {"next 1j #0": TINY}, "cumulative": {"next 1j #0": TINY}}
REWRITES = {
    # The exponent is a rounded square
    "_exponentials": [
        (
            "(np.exp((exact - y) * (exact + y) / 2), np.exp(-exact * exact / 4))",
            "(np.exp(-y * y / 2), np.ones_like(y))",
        )
    ],
    # A tail that is a difference
    "cumulative": [("np.where(x < 0, below, factor - below)", "factor - np.where(x < 0, factor - below, below)")],
}
