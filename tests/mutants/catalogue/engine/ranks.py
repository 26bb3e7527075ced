"""Mutants of npnet/engine/ranks.py."""

_UNUSED = "arrays for levels that the tree does not have are not used"

FUNCTIONS = ["shards_of", "added", "Ranks"]
EQUIVALENT = {
    "Ranks.__init__": {"swap - #0": _UNUSED, "left - #0": _UNUSED, "negative 1 #0": _UNUSED, "zero 1 #0": _UNUSED},
    "Ranks._loss": {"always if #1": "a history that has no accuracy leaves it out"},
    "Ranks._loss.gradient": {
        "left + #0": "the first half's sum may be in the same array",
        "zero 1 #0": "the first half's sum may be in the same array",
        "swap + #6": "it is 0 for the same shard, and only that matters",
    },
}
