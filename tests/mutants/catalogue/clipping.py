"""Mutants of npnet/clipping.py."""

FUNCTIONS = ["Clipping", "ClipByValue", "ClipByNorm", "ClipByGlobalNorm", "_shorten", "get"]
REWRITES = {
    "ClipByValue.clip": [("np.clip(g, -limit, limit, out=g)", "np.clip(g, None, limit, out=g)")],
    "ClipByNorm.clip": [
        # All variables by the norm of the first, or of all
        ("_shorten(part, self.norm)", "_shorten(g, self.norm)"),
        ("_shorten(part, self.norm)", "_shorten(parts[0], self.norm)"),
    ],
    "ClipByGlobalNorm.clip": [("_shorten(g, self.norm)", "[_shorten(part, self.norm) for part in parts]")],
    "_shorten": [
        ("np.maximum(np.sqrt(squares), limit)", "np.sqrt(squares)"),
        ("np.maximum(np.sqrt(squares), limit)", "np.maximum(squares, limit)"),
        ("abs(g).max(axis=0)", "abs(g).max()"),
        ("g *= cast_like(factor, g)", "g *= factor"),
    ],
}
