"""Files of rows with 20 numbers, 4 categories and one of three classes, which a net can learn up to their noise."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

NUMBERS, CATEGORIES, CLASSES = 20, (4, 6, 8, 10), ("low", "middle", "high")
TARGET = "class"
BLOCK = 1 << 16
# Of the scores by which a class is chosen: the most frequent class has 37% of the rows, the scores themselves are right
# for 88% of them
NOISE = 0.3


def names() -> list[str]:
    """Return the names of the columns beside the target."""
    return [f"number {i}" for i in range(NUMBERS)] + [f"category {i}" for i in range(len(CATEGORIES))]


def write(path: Path, rows: int, seed: int) -> None:
    """Write a CSV file of rows; those of all seeds follow the same rule."""
    rng, rule = np.random.default_rng(seed), _Rule()
    with pa.csv.CSVWriter(path, pa.schema(rule.kinds)) as file:
        for start in range(0, rows, BLOCK):
            file.write_batch(pa.record_batch(rule.draw(rng, min(BLOCK, rows - start)), pa.schema(rule.kinds)))


class _Rule:
    """How the class of a row follows from its cells: by sums of saturated mixtures of numbers, and by categories."""

    def __init__(self) -> None:
        rng = np.random.default_rng(17)
        self._scales, self._offsets = 10.0 ** rng.uniform(-2, 4, NUMBERS), rng.normal(size=NUMBERS) * 3
        self._mix = rng.normal(size=(NUMBERS, 12)) / NUMBERS**0.5
        self._scores = rng.normal(size=(12, len(CLASSES))) * 0.6
        self._of_category = [rng.normal(size=(count, len(CLASSES))) * 0.35 for count in CATEGORIES]
        self._words = [pa.array([f"name {i}" for i in range(count)]) for count in CATEGORIES]
        texts = [(name, pa.string()) for name in [*names()[NUMBERS:], TARGET]]
        self.kinds = [*((name, pa.float64()) for name in names()[:NUMBERS]), *texts]

    def draw(self, rng: np.random.Generator, rows: int) -> list[pa.Array]:
        """Return columns of rows."""
        x = rng.normal(size=(rows, NUMBERS))
        codes = [rng.integers(count, size=rows) for count in CATEGORIES]
        scores = np.tanh(2 * (x @ self._mix)) @ self._scores + NOISE * rng.normal(size=(rows, len(CLASSES)))
        scores += sum(effects[code] for effects, code in zip(self._of_category, codes))
        # As many digits as one measures
        cells = [pa.array(np.round((x[:, i] + self._offsets[i]) * self._scales[i], 4)) for i in range(NUMBERS)]
        cells += [words.take(pa.array(code)) for words, code in zip(self._words, codes)]
        return [*cells, pa.array(CLASSES).take(pa.array(scores.argmax(axis=1)))]
