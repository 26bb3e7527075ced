"""Mutants of npnet/tabular/streamed.py."""

FUNCTIONS = ["StreamedTable.__init__", "StreamedTable.split", "StreamedTable._draw"]
