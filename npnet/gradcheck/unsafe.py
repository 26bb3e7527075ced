"""Functions that lose an imaginary part, or are not analytic, without a word; README.md has all that were measured."""

NAMES = (
    "np.abs", "np.sign", "np.vdot", "np.conj", "np.linalg.norm", "np.std", "np.cov", "np.linalg.pinv",
    "np.linalg.lstsq", "np.fft.ifft", "x**n for n >= 100",
)  # fmt: skip
