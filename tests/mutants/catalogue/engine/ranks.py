"""Mutants of npnet/engine/ranks.py."""

_UNUSED = "arrays for levels that the tree does not have are not used"

FUNCTIONS = ["shards_of", "added", "Ranks"]
EQUIVALENT = {
    "Ranks.__init__": {"swap - #0": _UNUSED, "left - #0": _UNUSED, "negative 1 #0": _UNUSED, "zero 1 #0": _UNUSED},
}
