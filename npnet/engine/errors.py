"""Errors that carry numbers, and can be sent from one process to another."""

from typing import Any


class NotFiniteError(FloatingPointError):
    """A number that is not finite; a subclass says which.

    A copy, also one that was pickled, has the same message and attributes, whatever the constructor takes.
    """

    def __reduce__(self) -> Any:
        # The inherited one calls the constructor with the message alone
        return _made, (type(self), *self.args), vars(self)


def _made(kind: type[NotFiniteError], *message: str) -> NotFiniteError:
    return kind.__new__(kind, *message)


class RankError(RuntimeError):
    """Another process of those that train a net together has raised an error, which it shows itself."""
