"""The record: the answers that were measured, with their versions, which the study's page shows."""

import datetime
import importlib.resources
import json
from pathlib import Path
from typing import Any

from npnet import files

from . import frameworks
from .measuring import Measured
from .row import Row

PATH = Path(str(importlib.resources.files("npnet"))) / "study" / "differences.json"


def read() -> dict[str, Any]:
    """Return the record; an empty one if there is none."""
    if not PATH.exists():
        return {"frameworks": [], "rows": []}
    record: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return record


def answers(record: dict[str, Any], key: str) -> dict[str, str]:
    """Return a framework's recorded answers by the rows' names."""
    return {row["name"]: row["answers"][key] for row in record["rows"] if key in row["answers"]}


def versions(record: dict[str, Any], key: str) -> str:
    """Return which versions a framework's answers were recorded with."""
    return next((item["versions"] for item in record["frameworks"] if item["key"] == key), "")


def version_text(measured: Measured) -> str:
    """Return the versions that a framework was measured with.

    Examples
    --------
    >>> from .frameworks import get
    >>> version_text(Measured(get("keras-jax"), {"keras": "3.15.1", "jax": "0.10.2"}))
    'keras 3.15.1, jax 0.10.2'
    """
    return ", ".join(f"{name} {version}" for name, version in measured.versions.items())


def updated(record: dict[str, Any], topics: dict[str, list[Row]], found: list[Measured]) -> dict[str, Any]:
    """Return the record with what was measured; a framework that was not keeps its answers and versions."""
    new = {measured.framework.key: measured for measured in found if measured.answers}
    kept = {item.key: answers(record, item.key) for item in frameworks.FRAMEWORKS if item.key not in new}
    said = {item.key: new[item.key].answers if item.key in new else kept[item.key] for item in frameworks.FRAMEWORKS}
    shown = [item for item in frameworks.FRAMEWORKS if said[item.key]]
    return {
        "date": datetime.date.today().isoformat(),
        "frameworks": [
            {
                "key": item.key,
                "label": item.label,
                "versions": version_text(new[item.key]) if item.key in new else versions(record, item.key),
            }
            for item in shown
        ],
        "rows": [
            {
                "topic": topic,
                "name": row.name,
                "question": row.question,
                "mathematics": row.mathematics,
                "answers": {item.key: said[item.key][row.name] for item in shown if row.name in said[item.key]},
                "sources": dict(row.sources),
            }
            for topic, rows in topics.items()
            for row in rows
        ],
    }


def write(content: dict[str, Any], path: Path) -> None:
    """Write a record, whole or not at all."""
    files.write(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
