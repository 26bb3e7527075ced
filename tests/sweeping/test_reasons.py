"""Why a trial has failed, kept and shown."""

import pytest

from npnet.language import Message
from npnet.sweeping import reasons


@pytest.mark.parametrize("reason", [reasons.diverged("squared gradient", 12, 0), reasons.died(3)])
def test_what_was_kept_is_read_as_the_message_that_it_was(reason):
    kept = "".join(reason)
    assert type(kept) is str
    read = reasons.read(kept)
    assert isinstance(read, Message)
    assert (read, read.template) == (reason, reason.template)
    assert {name: str(value) for name, value in reason.values.items()} == read.values


def test_other_words_stay_as_they_are():
    assert type(reasons.read("the loss was not finite")) is str
    assert reasons.read("the loss was not finite") == "the loss was not finite"
