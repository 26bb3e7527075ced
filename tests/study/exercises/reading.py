"""Reads what an exercise prints."""

import re


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?", text)]


def rows(exercise):
    """Return the numbers of each line that an exercise prints."""
    return [numbers(line) for line in exercise.output.splitlines()]
