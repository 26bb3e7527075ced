"""Mutants of npnet/engine/ranks.py."""

FUNCTIONS = ["shards_of", "added", "Ranks"]
EQUIVALENT = {
    "Ranks._join": dict.fromkeys(
        ["swap - #0", "left - #0", "negative 1 #0", "zero 1 #0"],
        "an array for a level that the tree does not have is not used",
    ),
    "Ranks._step": {"always if else #0": "a copy that is not needed"},
    "Ranks._loss": {
        "always if #1": "a history that has no accuracy leaves it out",
        "next 1 #1": "the bound of a shard that there is not is not used",
    },
    "Ranks._loss.add": {"swap + #4": "it is 0 for the same shard, and only that matters"},
}
