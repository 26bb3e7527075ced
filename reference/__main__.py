"""``python -m reference``: npnet beside TensorFlow.

``check MODEL`` compares a model of one's own, ``differences`` asks the frameworks where they differ.
"""

import sys
from collections.abc import Sequence

from npnet import cli

from .differences import command as differences
from .tensorflow import command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison, or the command that the first argument names, and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["differences"]:
        return differences.main(given[1:])
    return cli.main(given) if given[:1] == ["check"] else command.main(given)


if __name__ == "__main__":
    sys.exit(main())
