"""Formulas with one thing wrong: a sign, a number, a factor, a relation, a prime, a transpose, an index."""

import re

SIGNS = {"+": "-", "-": "+"}
RELATIONS = {">": "<", r"\le": r"\ge"}
# A sign after one of these, or at the very start, has no term before it
OPENING = re.compile(r"(^|[={(\[|]|\\[bB]ig|\\left|\\quad)\s*$")


def perturbations(latex):
    """Yield all that differ from a formula in one thing."""
    for at in re.finditer(r"[+-]", latex):
        yield changed(latex, at, "" if OPENING.search(latex[: at.start()]) else SIGNS[at.group()])
    for at in re.finditer(r"\d", latex):
        yield changed(latex, at, str((int(at.group()) + 1) % 10))
    for statement in re.finditer(r"(?:^|(?<=\\quad ))(?:(?!, \\quad).)*", latex):
        yield from with_factor(latex, statement)
    for at in re.finditer(r">|\\le\b", latex):
        yield changed(latex, at, RELATIONS[at.group()])
    for at in re.finditer(r"'|\^T", latex):
        yield changed(latex, at, "")
    # A sum and a nabla name an index or a variable, and a definition names what it defines
    for at in re.finditer(r"(?<!\\sum)(?<!\\nabla)_(\{[^{}]*\}|\\[a-z]+|\w)(?! = )", latex):
        yield from with_other_index(latex, at)


def with_factor(latex, statement):
    """Yield the formula with twice what a statement says; twice 0 is nothing new."""
    left, relation, _ = re.split(r"( = |\\leftarrow |$)", statement.group(), maxsplit=1)
    start = statement.start() + (len(left + relation) if relation else 0)
    start += latex[start] == "-"
    if latex[start : statement.end()] != "0":
        yield f"{latex[:start]}2 \\cdot {latex[start:]}"


def with_other_index(latex, at):
    """Yield the formula with the next value of one subscript, or two in the other order."""
    inside = at.group(1).strip("{}")
    if re.fullmatch("[a-z]{2}", inside):
        yield changed(latex, at, f"_{{{inside[::-1]}}}")
    elif not inside.isdigit():
        yield changed(latex, at, f"_{{{inside}+1}}")


def changed(text, at, by):
    return text[: at.start()] + by + text[at.end() :]
