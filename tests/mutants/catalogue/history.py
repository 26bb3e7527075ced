"""Mutants of npnet/history.py."""

FUNCTIONS = ["History"]
EQUIVALENT = {
    "History.member": {
        "next 0 #0": "its columns are replaced",
        "without upper #0": "what is read of a record stops at its number of epochs",
    },
    "History.part": {"next 0 #0": "its columns are replaced"},
}
