"""Mutants of npnet/engine/tuning.py: other measured constants compute the same, but for rounding errors."""

REWRITES = {
    "": [
        ("SLICE = 1 << 16", "SLICE = 1 << 14", "an element's step does not depend on the others in its slice"),
        ("GROUP_BYTES = 8 << 20", "GROUP_BYTES = 1 << 12", "members do not depend on their group"),
        ("ALONE = 1 << 18", "ALONE = 1 << 8", "a member trained alone computes the same"),
        ("BUFFER = 1536", "BUFFER = 8192", "the size of NumPy's buffer changes no number"),
    ],
    "few": [("1.75 + members / 32", "9")],
}
