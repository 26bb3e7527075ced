"""Tables of one's own data: read from files or data frames, and prepared for a net.

A column has a kind, number, category or truth value, which is decided once, from all of its cells or by you. A
`Preparation` is fitted to the rows that are trained on, and makes features of any others by the same kinds. `train`
does both, and trains a net; `load` reads a model that was saved.

>>> from npnet.tabular import Table, train
>>> table = Table.read({"length": [1.0, 3.0] * 9, "colour": ["red", "blue"] * 9, "y": ["a", "b"] * 9}, target="y")
>>> model = train(table)
>>> print(model.predict({"length": [2.5], "colour": ["blue"]}))
['b']
"""

from npnet.tabular.cells import Kind
from npnet.tabular.columns import Column
from npnet.tabular.features import CategoryFeature, NumberFeature, TruthFeature
from npnet.tabular.model import Model, load, train
from npnet.tabular.preparation import Preparation, Prepared, Rules
from npnet.tabular.sources import Format
from npnet.tabular.streamed import StreamedTable
from npnet.tabular.table import Table

__all__ = [
    "CategoryFeature", "Column", "Format", "Kind", "Model", "NumberFeature", "Preparation", "Prepared", "Rules",
    "StreamedTable", "Table", "TruthFeature", "load", "train",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
