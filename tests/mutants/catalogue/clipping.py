"""Mutants of npnet/clipping.py."""

FUNCTIONS = ["Clipping", "ClipByValue", "ClipByNorm", "ClipByGlobalNorm", "_shorten", "get"]
EQUIVALENT = {
    "Clipping.__call__": {"turn True #0": "there are as many parts as gradients"},
    "Clipping": {"next 1 #0": "a rule has one number, which is shown by its place"},
    "_shorten": {
        "always if #0": "the form for squares that overflow is the same for others, rounded otherwise",
        "always if #1": "times 1 no bit changes; the test spares the product",
        "next 1 #2": "a factor is at most 1: as if there were no test",
    },
}
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
        ("g *= cast_like(factor, g)", "g *= factor", "the product is rounded to the same dtype, if from another one"),
    ],
}
