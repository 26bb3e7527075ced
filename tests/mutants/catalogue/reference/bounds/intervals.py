"""Mutants of reference/bounds/intervals.py: intervals that leave out a value that their function takes."""

REWRITES = {
    "Interval.distance": [
        ("np.maximum(self.high - values, values - self.low)", "self.high - values"),
        ("np.maximum(self.high - values, values - self.low)", "values - self.low"),
    ],
    "_of_ends.values": [
        ("[function(one, other) for one in a for other in b]", "[function(one, other) for one, other in zip(a, b)]"),
        ("np.minimum.reduce(all_four)", "all_four[0]"),
        ("np.maximum.reduce(all_four)", "all_four[3]"),
    ],
    "_squares": [
        ("np.where(inside, 0, np.minimum(low, high))", "np.minimum(low, high)"),
        ("np.where(inside, 0, np.minimum(low, high))", "0 * low"),
        ("np.maximum(low, high)", "high"),
    ],
    "_roots": [("np.maximum(a[0], 0)", "a[0]")],
    "_quotients": [
        ("np.where(np.isnan(low), -np.inf, low)", "low"),
        ("np.where(np.isnan(high), np.inf, high)", "high"),
    ],
}  # fmt: skip
