"""What a name on the command line stands for."""

import sys
from types import ModuleType
from typing import Any

from npnet.registry import did_you_mean


def named(command: str, kind: str, package: ModuleType, name: str) -> Any:
    """Return the one of that name; None once a line on standard error has said that there is none.

    Examples
    --------
    >>> from npnet import derivations
    >>> named("derive", "derivation", derivations, "tanh").section
    '3.1 (2)'
    """
    try:
        return package.get(name)
    except ValueError:
        hint = did_you_mean(name, (one.name for one in package.every())) or f"; npnet {command} lists them"
        print(f"npnet {command}: no {kind} is named {name!r}{hint}", file=sys.stderr)
        return None
