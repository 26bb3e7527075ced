"""Mutants of npnet/engine/ranks.py."""

FUNCTIONS = ["shards_of", "added", "Batch", "Ranks"]
EQUIVALENT = {
    "Batch.__init__": {"next 1 #1": "the bound of a shard that there is not is not used"},
    "Ranks.steps": {"always if #1": "a copy of parameters that nobody looks at before the end"},
    "Ranks._join": dict.fromkeys(
        ["swap - #0", "left - #0", "negative 1 #0", "zero 1 #0"],
        "an array for a level that the tree does not have is not used",
    ),
    "Ranks._step": {
        "always if #1": "a history that has no accuracy leaves it out",
        **dict.fromkeys(["swap * #1", "left * #1", "right * #1"], "a number up to the limit saves the sum of squares"),
    },
}
