r"""A line's formula as a function: its LaTeX, evaluated on any kind of number, to be compared with the line's code.

An equation such as the second one of ``y(1-y), \quad y = \sigma(z)`` says what a name stands for, in its own line and
in those after it. An index without a value makes the formula one for each of its values.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from npnet.derivations.engine.evaluation import Definition, Evaluation
from npnet.derivations.engine.latex import Equation, Name, Node, Number, read
from npnet.derivations.engine.notation import FUNCTIONS, Notation
from npnet.typing import Array


class Formula:
    r"""The formula of one line, with the definitions that are in force there.

    Parameters
    ----------
    latex : str
        The line.
    notation : Notation
        The derivation's names.
    variables : collection of str
        The names of its variables.
    before : Formula or None
        The formula of the line before: its definitions hold on, but for the names that this line defines anew.

    Examples
    --------
    >>> formula = Formula(r"y(1-y), \quad y = 2z", Notation(), ["z"])
    >>> print(formula({"z": np.array([1.0, 2.0])}, np.float64))
    [[ -2. -12.]]
    """

    def __init__(
        self, latex: str, notation: Notation, variables: Collection[str], before: "Formula | None" = None
    ) -> None:
        self.notation = notation
        statements = read(latex, {*FUNCTIONS, *notation.functions})
        own: dict[str, list[Definition]] = {}
        claims: list[tuple[Node, ...]] = []
        for statement in statements:
            match statement:
                case Equation(Name(text, subscripts), right, False) if text not in variables:
                    if not all(isinstance(subscript, (Name, Number)) for subscript in subscripts):
                        raise ValueError(f"latex: expected an index or a number as a subscript of {text} in {latex}")
                    own.setdefault(text, []).append(Definition(subscripts, right))
                case Equation(left, right, assignment):
                    claims.append((right,) if assignment else (left, right))
                case _:
                    claims.append((statement,))
        first = statements[0]
        self.claims = claims or [(first.left if isinstance(first, Equation) else first,)]
        self.definitions: dict[str, list[Definition]] = {**(before.definitions if before else {}), **own}

    def __call__(self, variables: Mapping[str, Any], lift: Callable[[float], Any]) -> Array:
        """Return what must equal the code, flat: in one row, or in one for each side of equations.

        Parameters
        ----------
        variables : mapping
            The derivation's variables.
        lift : callable
            From a plain number to one of the kind that the variables are.
        """
        evaluation = Evaluation(self.notation, self.definitions, variables, lift)
        columns = [[claim[0] for claim in self.claims]]
        if any(len(claim) == 2 for claim in self.claims):
            columns.append([claim[-1] for claim in self.claims])
        rows = [np.concatenate([evaluation.components(node) for node in column]) for column in columns]
        return np.stack(np.broadcast_arrays(*rows))
