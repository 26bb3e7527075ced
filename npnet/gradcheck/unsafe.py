"""Functions that are known to lose an imaginary part, or to be not analytic, without a word."""

NAMES = ("np.abs", "np.sign", "np.vdot")
