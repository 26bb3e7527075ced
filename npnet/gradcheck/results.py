"""What a check answers: one line for each derivative, and a verdict over all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from npnet._html import table

Verdict = Literal["passed", "failed", "not decided", "corner"]
SHOWN = 5


@dataclass(frozen=True)
class Derivative:
    """One derivative that was compared."""

    place: str
    """``x[i, j]``, or the number of the random direction."""
    gradient: float
    """The derivative according to the gradient."""
    numeric: float
    """The derivative according to the function's values."""
    limit: float
    """How far the two may be apart."""
    doubt: str = ""
    """Why the values can't tell; empty if they can."""
    sides: tuple[float, float] | None = None
    """At a corner, the derivatives on its two sides: against the direction, and along it."""

    @property
    def difference(self) -> float:
        """The absolute difference, at a corner that to the interval between its sides; infinite for NaN."""
        low, high = sorted(self.sides or (self.numeric, self.numeric))
        difference = abs(self.gradient - float(np.clip(self.gradient, low, high)))
        return np.inf if np.isnan(difference) else difference

    @property
    def excess(self) -> float:
        """The difference in units of the limit."""
        return self.difference / self.limit

    @property
    def verdict(self) -> Verdict:
        """``"passed"``, ``"failed"``, ``"not decided"`` or ``"corner"``."""
        if self.doubt:
            return "not decided"
        if not self.excess <= 1:
            return "failed"
        return "corner" if self.sides else "passed"

    @property
    def note(self) -> str:
        """Why the values can't tell, or the derivatives on the two sides of a corner; empty elsewhere."""
        if self.doubt or self.sides is None:
            return self.doubt
        left, right = self.sides
        return f"{left:.4g} on one side, {right:.4g} on the other"

    def __str__(self) -> str:
        """Return the place with both derivatives, and how far they are apart."""
        if self.sides and not self.doubt:
            between = "lies between them" if self.verdict == "corner" else "does not lie between them"
            return f"corner at {self.place}: {self.note}, the gradient given, {self.gradient:.4g}, {between}"
        gradient = f"{self.place}: gradient {self.gradient:.10g}"
        if self.doubt and not np.isfinite(self.limit):
            return f"{gradient}, derivative not known: {self.doubt}"
        return (
            f"{gradient}, derivative {self.numeric:.10g}, difference {self.difference:.3g}, {self.excess:.3g} times "
            f"the limit{self.doubt and ': '}{self.doubt}"
        )


@dataclass(frozen=True)
class Check:
    """The result of a check; it is true if the gradient passed, and false for each other verdict."""

    method: str
    """``"complex"`` or ``"central"``."""
    derivatives: tuple[Derivative, ...]
    """All that were compared."""
    doubts: tuple[str, ...] = ()
    """What makes the whole check undecided, whatever the derivatives say."""

    def _of(self, verdict: Verdict) -> list[Derivative]:
        return sorted((d for d in self.derivatives if d.verdict == verdict), key=lambda d: -d.excess)

    @property
    def failures(self) -> list[Derivative]:
        """Those that are further apart than their limit, the worst first."""
        return self._of("failed")

    @property
    def undecided(self) -> list[Derivative]:
        """Those of which the values can't tell whether they are right."""
        return self._of("not decided")

    @property
    def corners(self) -> list[Derivative]:
        """Those at a corner of the function, where the gradient given lies between both sides."""
        return self._of("corner")

    @property
    def worst(self) -> Derivative:
        """The one that is nearest to its limit, or furthest over it."""
        return max(self.derivatives, key=lambda d: d.excess)

    @property
    def verdict(self) -> Verdict:
        """``"failed"`` if one derivative did, else ``"not decided"``, ``"corner"`` or ``"passed"``."""
        if self.doubts:
            return "not decided"
        found = {d.verdict for d in self.derivatives}
        order: tuple[Verdict, ...] = ("failed", "not decided", "corner")
        return next((verdict for verdict in order if verdict in found), "passed")

    def __bool__(self) -> bool:
        """Return whether the gradient passed."""
        return self.verdict == "passed"

    def __str__(self) -> str:
        """Return the verdict, and where and by how much the gradient is wrong or in doubt."""
        verdict, count = self.verdict, len(self.derivatives)
        if verdict == "passed":
            return f"gradient check passed: {count} derivatives ({self.method}); the worst at {self.worst}"
        return "\n".join(self._lines(verdict, count))

    def _title(self, verdict: Verdict, count: int) -> str:
        title = "gradient check " + {"corner": "at a corner"}.get(verdict, verdict)
        number = "" if self.doubts else f": {len(self._of(verdict))} of {count} derivatives"
        return f"{title}{number} ({self.method})"

    def _lines(self, verdict: Verdict, count: int) -> Iterator[str]:
        yield self._title(verdict, count)
        if self.doubts:
            yield from (f"  {doubt}" for doubt in self.doubts)
            return
        listed = self._of(verdict)
        yield from (f"  {line}" for line in listed[:SHOWN])
        if len(listed) > SHOWN:
            yield f"  and {len(listed) - SHOWN} more"
        if verdict == "failed":
            for other, there in (("not decided", self.undecided), ("at a corner", self.corners)):
                if there:
                    yield f"  {other}: {len(there)} more, the first {there[0].place}"

    def _repr_html_(self) -> str:
        caption = self._title(self.verdict, len(self.derivatives))
        if self.doubts:
            return table(("why",), ([doubt] for doubt in self.doubts), caption)
        header = ("place", "gradient", "derivative", "difference", "times the limit", "note")
        rows = [
            (d.place, f"{d.gradient:.10g}", f"{d.numeric:.10g}", f"{d.difference:.3g}", f"{d.excess:.3g}", d.note)
            for d in self._of(self.verdict)[:SHOWN]
        ]
        shown = f"; the worst {SHOWN} of them:" * (len(self._of(self.verdict)) > SHOWN)
        return table(header, rows, caption + shown, numbers=header[1:5])

    def to_frame(self) -> Any:
        """Return the derivatives as a pandas DataFrame, a row for each place.

        Examples
        --------
        >>> from npnet.gradcheck import check
        >>> print(check(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0]).to_frame()[["place", "numeric", "verdict"]])
          place  numeric verdict
        0  x[0]      2.0  passed
        1  x[1]      4.0  passed
        """
        import pandas as pd

        names = ("place", "gradient", "numeric", "difference", "limit", "verdict", "doubt")
        return pd.DataFrame([{name: getattr(d, name) for name in names} for d in self.derivatives], columns=names)
