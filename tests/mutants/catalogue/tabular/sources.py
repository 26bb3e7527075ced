"""Mutants of npnet/tabular/sources.py."""

TESTS = ["tests/tabular/test_sources.py", "tests/tabular/test_columns.py"]
FUNCTIONS = ["Format", "open_source", "_checked_names", "CsvFile", "ParquetFile", "Frame", "_as_arrow"]
