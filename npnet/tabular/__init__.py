"""Tables of one's own data: read from files or data frames, and prepared for a net.

A column has a kind, number, category or truth value, which is decided once, from all of its cells or by you. A
`Preparation` is fitted to the rows that are trained on, and makes features of any others by the same kinds.

>>> from npnet import MLP
>>> from npnet.tabular import Preparation, Table
>>> table = Table.read({"length": [1.0, 3.0, 2.0], "colour": ["red", "blue", "red"], "y": ["a", "b", "a"]}, target="y")
>>> preparation = Preparation.fit(table)
>>> x, y, _ = preparation.transform(table, target=True)
>>> net = MLP([len(preparation.names), len(preparation.classes)], output="softmax", seed=0)
>>> history = net.fit(x, y, epochs=2)
>>> net.predict(preparation.transform({"length": [2.5], "colour": ["blue"]}).x).shape
(1, 2)
"""

from npnet.tabular.cells import Kind
from npnet.tabular.columns import Column
from npnet.tabular.features import CategoryFeature, NumberFeature, TruthFeature
from npnet.tabular.preparation import Preparation, Prepared, Rules
from npnet.tabular.sources import Format
from npnet.tabular.table import Table

__all__ = [
    "CategoryFeature", "Column", "Format", "Kind", "NumberFeature", "Preparation", "Prepared", "Rules", "Table",
    "TruthFeature",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
