"""Mutants of npnet/regularizers.py."""

FUNCTIONS = ["Regularizer", "L1", "L2", "L1L2", "get"]
EQUIVALENT = {
    "Regularizer._checked": {"always if #1": "where no strength is a vector, there is nothing to check"},
    "L1": {"next 1 #0": "there is one hyperparameter that can be shown without its name"},
    "L2": {"next 1 #0": "there is one hyperparameter that can be shown without its name"},
}
REWRITES = {
    "L1.penalty": [
        ("np.maximum(W, -W)", "W"),
        ("axis", "None"),
    ],
    "L1.slope": [("np.sign(W)", "np.where(W < 0, -1, 1)"), ("cast_like(self.strength, W)", "self.strength")],
    "L2.slope": [
        ("cast_like(self.strength, W)", "cast_like(2 * self.strength, W)"),
        ("cast_like(self.strength, W)", "self.strength"),
    ],
    "L1L2.slope": [("np.add(self._l1.slope(W), self._l2.slope(W))", "self._l2.slope(W)")],
}
