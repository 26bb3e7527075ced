"""Mutants of npnet/tabular/streamed.py."""

FUNCTIONS = ["StreamedTable"]
EQUIVALENT = {
    "StreamedTable._draw": {
        "next 0 #0": "where no share is left out, the seed is of no matter",
        "bound < #0": "no number that was drawn is just the share",
    },
}
