"""Mutants of npnet/tabular/columns.py."""

FUNCTIONS = ["Column", "_Growing", "_Categories", "joined", "in_order", "refuse_dates", "Declared", "Found", "_first"]
ROOM = "how much room there is behind the cells changes none of them"
LATER = "what is no number at once is read word by word, with the same result"
ALONE = "nobody else refers to the array"
EQUIVALENT = {
    "_Growing.__init__": {"next 0 #1": ROOM},
    "_Growing.add": {
        **dict.fromkeys(["always if #0", "bound > #0", "left + #1", "exchange // #0", "left // #0", "next 8 #0"], ROOM),
        "turn False #0": ALONE,
    },
    "_Growing.whole": {"turn False #0": ALONE},
    "_Categories.column": {"next 1 #0": "the last one, wherever it is, is that of missing cells"},
    "Found._add_numbers": {
        "without one or #0": "truth values are not read as numbers either",
        **dict.fromkeys(["without one or #4", "without one and #3"], LATER),
        "call .any #0": LATER,
        "never if #5": LATER,
    },
    "Found._add_words": {
        "always if #0": "the categories of a column of numbers are not used",
        "without one and #1": "only where the first one stands, which no message tells of typed columns",
        "without one and #4": "where no text has come, there are no words",
    },
    "Found.kind": dict.fromkeys(["without one or #0", "without one or #1"], "there is no word where there is no text"),
}
