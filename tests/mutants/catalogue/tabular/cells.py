"""Mutants of npnet/tabular/cells.py."""

FUNCTIONS = ["numbers", "number", "truths", "encoded", "_at_once", "_with_gaps", "_written", "_all_bad", "_expanded"]
EQUIVALENT = {
    "truths": {"never if #2": "no word of a date or a time is a truth value either"},
    "encoded": {
        "never if #0": "an array of gaps alone has no words",
        "always if #1": "an array that is encoded is encoded as it is",
    },
    "_at_once": {"never if #0": "a word with thousands is no number at once"},
}
