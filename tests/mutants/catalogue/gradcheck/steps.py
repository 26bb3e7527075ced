"""Mutants of npnet/gradcheck/steps.py."""

TESTS = ["tests/gradcheck/test_steps.py", "tests/gradcheck/test_checking.py"]
FUNCTIONS = ["complex_step"]
REWRITES = {
    "_Steps.__init__": [("self.narrow or 0 < abs(value) < TINY", "self.narrow")],
    "_Steps.followed": [
        ("np.abs(there - self.at(beside, SIDES, self.second)) <= DIGITS * np.abs(there)", "there == there"),
    ],
    "_Steps.lost": [("2 * float(last_places(self.imaginary)) / self.first", "0.0")],
    "_Steps.zero": [
        ("abs(self.value) <= OPTIMUM * change / self.near", "True"),
        ("abs(self.value) <= OPTIMUM * change / self.near", "False"),
        ("float(found.max(initial=0))", "0.0"),
        ("max(rounding, noise)", "noise"),
        ("max(rounding, noise)", "rounding"),
        ("min(max(rounding, noise), MOST * moved)", "max(rounding, noise)"),
        ("float(np.max(abs(self.v) / self.size))", "1.0"),
    ],
    "along": [
        ("8 * apart > DIGITS * abs(value)", "False"),
        ("max(8 * apart, lost)", "lost"),
        ("max(8 * apart, lost)", "8 * apart"),
        ("np.abs(there - value).max() > UNEVEN * abs(value)", "False"),
        ("zero if is_zero else AT_ZERO * change * f.unit / steps.near", "0.0"),
        ("AT_ZERO * change * f.unit / steps.near", "zero"),
        ("max(apart, lost, abs(value)) <= zero", "True"),
        ("max(apart, lost, abs(value)) <= zero", "False"),
        ("change > UNEVEN * abs(value)", "False"),
        ("float(np.abs(there - value).min()) / steps.near", "0.0"),
        ("float(np.abs(there - value).min()) / steps.near", "change / steps.near"),
    ],
}
