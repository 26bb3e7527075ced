"""What the frameworks answer where they differ, as ``python -m reference differences --save`` has recorded it."""

import json
from pathlib import Path
from typing import Any, NamedTuple

RECORD = Path(__file__).parent / "differences.json"
"""The record, which is made where the frameworks are installed."""


class Question(NamedTuple):
    """A question, the mathematics' answer, and each answer with those who give it."""

    text: str
    mathematics: str
    answers: dict[str, list[str]]


class Differences(NamedTuple):
    """The record as the page shows it."""

    date: str
    versions: list[str]
    """The packages with their versions, each once."""
    topics: dict[str, list[Question]]

    @property
    def total(self) -> int:
        """How many questions there are."""
        return sum(map(len, self.topics.values()))


def read(path: Path = RECORD) -> Differences | None:
    """Return the record; None if there is none or an odd one, as a page must not fail on it."""
    try:
        return _parsed(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _parsed(record: Any) -> Differences:
    labels = {item["key"]: str(item["label"]) for item in record["frameworks"]}
    versions = dict.fromkeys(version for item in record["frameworks"] for version in item["versions"].split(", "))
    topics: dict[str, list[Question]] = {}
    for row in record["rows"]:
        answers: dict[str, list[str]] = {}
        for key, answer in row["answers"].items():
            answers.setdefault(str(answer), []).append(labels[key])
        topics.setdefault(str(row["topic"]), []).append(
            Question(str(row["question"]), str(row["mathematics"]), answers)
        )
    return Differences(str(record["date"]), list(versions), topics)
