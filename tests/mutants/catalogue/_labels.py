"""Mutants of npnet/_labels.py."""

TESTS = ["tests/test_labels.py"]
FUNCTIONS = ["encode_labels", "_one_kind", "_vector", "_distinct", "_kind", "_refuse_missing"]
EQUIVALENT = {
    "_one_kind": {
        "always if else #0": "each label is asked in place of all at once",
        "bound <= #0": "there is one kind, not three",
    },
    "_distinct": {"next 0 #0": "all labels are of one kind"},
}
