"""Mutants of npnet/tabular/sources.py."""

TESTS = ["tests/tabular/test_sources.py", "tests/tabular/test_columns.py"]
FUNCTIONS = ["Format", "open_source", "_checked_names", "CsvFile", "ParquetFile", "Frame", "_as_arrow"]
EQUIVALENT = {
    "CsvFile.batches": dict.fromkeys(
        ["always if #0", "without one and #1"], "a file without such a cell is read once more, to the same end"
    ),
    "ParquetFile.batches": {"without columns= #0": "columns that nobody asks for are read, and left"},
    "Frame._column": {"always if #0": "a column that is converted again is the same"},
    "_as_arrow": {
        "always if #1": "an array of Arrow is made into one once more",
        "never if else #2": "releases of Arrow from one on combine chunks into an array themselves",
    },
    "CsvFile._refuse_open_quote": {"next 1 #0": "behind a header whose quotation mark is open there are no rows"},
}
