"""Mutants of npnet/weighting.py."""

FUNCTIONS = ["weights_of", "named", "class_weights", "_by_class"]
REWRITES = {
    "class_weights": [
        # All classes count, also those that have no samples
        ("np.count_nonzero(counts)", "len(counts)"),
        ("np.count_nonzero(counts) * np.maximum(counts, 1)", "np.maximum(counts, 1)"),
    ],
}
