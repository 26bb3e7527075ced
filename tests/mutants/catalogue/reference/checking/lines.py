"""Mutants of reference/checking/lines.py: lines that agree whatever they say, reasons for others, wrong elements."""

REWRITES = {
    "Line.agrees": [
        ("self.error is None and self.excess <= 1", "self.error is None"),
        ("self.error is None and self.excess <= 1", "self.error is None and self.excess < 1e300"),
    ],
    "_penalty": [("value is None and adapter.setting.net.regularizer is None", "value is None")],
    "_compared": [
        ("kind in reason.lines", "True"),
        ("other.agrees and not line.agrees", "not line.agrees"),
        ("other.agrees and not line.agrees", "other.agrees"),
    ],
    "_fewest_first": [
        ("range(1, len(others) + 1)", "range(1, len(others))"),
        ("range(1, len(others) + 1)", "range(2, len(others) + 1)"),
        ("range(1, len(others) + 1)", "range(1, 3)"),
        ("range(1, len(others) + 1)", "[1, 2, len(others)]"),
        ("range(1, len(others) + 1)", "range(len(others), 0, -1)"),
        ("others.setdefault(reason.changed, reason)", "others[len(others)] = reason"),
        ("others.setdefault(reason.changed, reason)", "others[reason.changed] = reason"),
    ],
    "_line": [
        ("np.argmax(ratio)", "np.argmin(ratio)"),
        ("np.argmax(ratio)", "np.argmax(difference)"),
    ],
    "_largest": [
        ("np.argsort(-ratio, axis=None, kind='stable')", "np.argsort(ratio, axis=None, kind='stable')"),
        ("ratio[index] > 1", "True"),
        ("a - b", "b - a"),
    ],
    "_place": [
        ("index[0] < part.place.stop", "index[0] <= part.place.stop"),
        ("index[0] - part.place.start", "index[0]"),
    ],
}  # fmt: skip
