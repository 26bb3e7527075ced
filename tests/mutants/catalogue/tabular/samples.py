"""Mutants of npnet/tabular/samples.py."""

FUNCTIONS = ["InMemory", "Stored"]
EQUIVALENT = {
    "Stored._of": {"without one or #1": "a record has names"},
    "Stored.__init__": {"without one or #1": "a record has names"},
    "Stored.parts": {"next 1 #0": "two chunks at a time where one fills the buffer"},
}
