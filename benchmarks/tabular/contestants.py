"""Who trains: each reads a file, prepares its columns, trains a net of the same settings, and tells its accuracy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.tabular.rows import NUMBERS, TARGET, names


@dataclass(frozen=True)
class Settings:
    """What all do: Adam, initial weights by Glorot's rule as scikit-learn draws them, no penalty, no rows held out."""

    hidden: tuple[int, ...] = (64, 64)
    epochs: int = 5
    batch_size: int = 256
    rate: float = 0.001
    epsilon: float = 1e-7
    dtype: str = "float32"
    seed: int = 0


class Npnet:
    """`npnet.tabular.Table.read` and `npnet.tabular.train`."""

    table = "Table"

    def __init__(self, settings: Settings) -> None:
        import npnet.tabular

        self._tabular, self._settings = npnet.tabular, settings

    def train(self, path: str, stage: Callable[[str], None]) -> None:
        """Train on the rows of a file, and tell when each stage ends."""
        from npnet.optimizers import Adam

        one = self._settings
        table = getattr(self._tabular, self.table).read(path, TARGET)
        stage("read")
        self._model = self._tabular.train(
            table, hidden=one.hidden, kernel_initializer="glorot_uniform", validation=None,
            optimizer=Adam(one.rate, epsilon=one.epsilon), regularizer=None, epochs=one.epochs,
            batch_size=one.batch_size, seed=one.seed, dtype=one.dtype,
        )  # fmt: skip
        stage("train")

    def accuracy(self, path: str) -> float:
        """Return the share of the rows of a file whose class is predicted."""
        return float(self._model.evaluate(path).accuracy)


class NpnetStream(Npnet):
    """The same in memory that does not grow with the rows."""

    table = "StreamedTable"


class Sklearn:
    """`pandas.read_csv`, then a pipeline of scikit-learn."""

    def __init__(self, settings: Settings) -> None:
        import pandas
        import sklearn.compose
        import sklearn.neural_network
        import sklearn.pipeline
        import sklearn.preprocessing

        self._pandas, self._sklearn, self._settings = pandas, sklearn, settings

    def train(self, path: str, stage: Callable[[str], None]) -> None:
        """Train on the rows of a file, and tell when each stage ends."""
        frame = self._read(path)
        stage("read")
        self._model = self._pipeline()
        self._model.fit(frame[names()], frame[TARGET])
        stage("train")

    def _read(self, path: str) -> Any:
        return self._pandas.read_csv(path, dtype=dict.fromkeys(names()[:NUMBERS], self._settings.dtype))

    def _pipeline(self) -> Any:
        one, preprocessing = self._settings, self._sklearn.preprocessing
        prepare = self._sklearn.compose.ColumnTransformer([
            ("numbers", preprocessing.StandardScaler(), names()[:NUMBERS]),
            ("categories", preprocessing.OneHotEncoder(dtype=one.dtype), names()[NUMBERS:]),
        ])  # fmt: skip
        net = self._sklearn.neural_network.MLPClassifier(
            one.hidden, alpha=0, batch_size=one.batch_size, learning_rate_init=one.rate, epsilon=one.epsilon,
            max_iter=one.epochs, n_iter_no_change=np.inf, random_state=one.seed,
        )  # fmt: skip
        return self._sklearn.pipeline.make_pipeline(prepare, net)

    def accuracy(self, path: str) -> float:
        """Return the share of the rows of a file whose class is predicted."""
        frame = self._read(path)
        return float(self._model.score(frame[names()], frame[TARGET]))


BASE = "npnet"
CONTESTANTS: dict[str, Callable[[Settings], Any]] = {
    BASE: Npnet, "npnet stream": NpnetStream, "scikit-learn": Sklearn,
}  # fmt: skip
