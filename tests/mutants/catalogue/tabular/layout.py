"""Mutants of npnet/tabular/layout.py."""

FUNCTIONS = ["Layout"]
EQUIVALENT = {
    "Layout.__init__": {"bound > #0": "neighbours are copied one by one"},
    "Layout.check": {"without upper #0": "the rows behind are checked again"},
}
