"""Mutants of npnet/tabular/samples.py."""

FUNCTIONS = ["_Rows", "InMemory", "Stored"]
EQUIVALENT = {
    "Stored.parts": {"next 1 #0": "two chunks at a time where one fills the buffer"},
}
