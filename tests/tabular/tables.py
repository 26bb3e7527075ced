"""Tables for the tests."""

from npnet.tabular import Format, Table


def written(folder, text, name="data.csv"):
    """Return the path of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def column(folder, cells, kind=None, **options):
    """Return a column read from a CSV file of these cells, beside one of numbers."""
    path = written(folder, "c,i\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells)))
    form = Format(**options) if options else None
    return Table.read(path, kinds=None if kind is None else {"c": kind}, form=form).columns["c"]


def names(column):
    """Return the categories of cells, None where one is missing."""
    return [None if code < 0 else column.categories[code] for code in column.values.tolist()]
