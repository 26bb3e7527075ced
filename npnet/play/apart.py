"""One step taken apart."""
from typing import Any
def entries(run: Any, batch: int, say: Any) -> list[Any]:
    return []
