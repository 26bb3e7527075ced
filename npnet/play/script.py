"""The script."""
from typing import Any
def text(run: Any) -> str:
    return ""
