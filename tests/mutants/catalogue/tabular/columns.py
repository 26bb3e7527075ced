"""Mutants of npnet/tabular/columns.py."""

FUNCTIONS = ["Column", "_Growing", "_Categories", "joined", "in_order", "refuse_dates", "Declared", "Found", "_first"]
ROOM = "how much room there is behind the cells changes none of them"
ALONE = "nobody else refers to the array"
EQUIVALENT = {
    "_Growing.__init__": {"next 0 #1": ROOM},
    "_Growing.add": {
        **dict.fromkeys(["always if #0", "bound > #0", "left + #1", "exchange // #0", "left // #0", "next 8 #0"], ROOM),
        "turn False #0": ALONE,
    },
    "_Growing.whole": {"turn False #0": ALONE},
    "_Categories.column": {"next 1 #0": "the last one, wherever it is, is that of missing cells"},
}
