"""Why a trial has failed: a message when it is shown, which the table keeps as its English text."""

import re

from npnet.language import Message

WORDS = (Message("loss"), Message("gradient"), Message("squared gradient"), Message("update"))
"""What may be not finite, so that a catalogue has these too."""


def diverged(what: str, epoch: int, batch: int) -> Message:
    """Return that a number was not finite.

    Examples
    --------
    >>> print(diverged("loss", 3, 0))
    the loss was not finite in epoch 3, batch 0
    """
    return Message("the {what} was not finite in epoch {epoch}, batch {batch}", what=what, epoch=epoch, batch=batch)


def died(count: int) -> Message:
    """Return that workers died with the trial."""
    return Message("{count} workers died with it", count=count)


def read(text: str) -> str:
    """Return a text that was kept as the message that it was.

    Examples
    --------
    >>> read(str(diverged("squared gradient", 3, 0))).values
    {'what': 'squared gradient', 'epoch': '3', 'batch': '0'}
    """
    for template in (diverged("", 0, 0).template, died(0).template):
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", template), text)
        if found:
            return Message(template, **found.groupdict())
    return text
