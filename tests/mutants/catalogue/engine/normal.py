"""Mutants of npnet/engine/normal.py."""

FUNCTIONS = ["density", "cumulative", "_exponentials", "_quotient"]
TINY = "what it adds to the real part is as far below a rounding as the step of a complex step"
EQUIVALENT = {
    "density": {"next 1j #0": TINY},
    "cumulative": {
        "next 1j #0": TINY,
        "bound <= #0": "both approximations are right there",
        "bound <= #1": "both approximations are right there",
        "bound < #0": "0 is inside",
    },
    "_exponentials": dict.fromkeys(["negative 16 #0", "negative 16 #1"], "of its square and of y's, no sign is left"),
}
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
