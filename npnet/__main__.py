"""``python -m npnet`` is the ``npnet`` command."""

from npnet.cli import entry

entry()
