"""The checks: derivatives of all elements, or along random directions, beside those of the gradient."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from npnet.gradcheck.arguments import CENTRAL, ENDS, Function, Point, probing, quiet
from npnet.gradcheck.differences import central, scales, table_noise
from npnet.gradcheck.estimates import AT_ZERO, DIGITS, FARTHER, SURE, Estimate
from npnet.gradcheck.results import Check, Derivative
from npnet.gradcheck.steps import NARROW_NEAR, NEAR, along
from npnet.gradcheck.unsafe import NAMES
from npnet.typing import Array

Method = Literal["complex", "central"]
# Points near x where a central difference may tell more than there
ELSEWHERE = (1.0, 1 / 8, 8.0)
RECHECKED = 64
# A derivative of which nothing is seen is 0 if what may be hidden is this part of the largest one, or of the value
IDLE = 1e-6
# At so many times its own step the rounding errors in a central difference are looked at
LONGER = 8.0 ** np.arange(8)
# So many unit roundoffs of a value are no more than its usual rounding errors
MORE = 2.0**10
# How far apart are the points where complex steps are compared, beside the size of x
SPREAD = 2.0**-9
# Numbers of x of one unit hardly differ by more
UNITS = 2.0**10
# So many times larger than the derivatives are terms that cancel in them
CANCELLED = 2.0**20
# Above the smallest numbers, which have no digits
LEAST = 2.0**-1020
# Rounding errors of a gradient are no more than this part of it, or of the largest derivative
ROUNDED = 2.0**-30
# Elements of under that part of the largest derivative are looked at apart
UNEQUAL = 1e-3

LOST = (
    "f loses its imaginary part or a part of it, or calls something that is not analytic, as "
    f"{', '.join(NAMES)} are; {CENTRAL}"
)


@dataclass(frozen=True)
class Way:
    """A direction with its name, and how many of its steps move x by its own size."""

    place: str
    scale: float
    along: Array | tuple[int, int]
    """The direction, or for an element its place and the number of elements."""

    @property
    def v(self) -> Array:
        """The direction."""
        if not isinstance(self.along, tuple):
            return self.along
        # All unit vectors at once would fill the memory
        place, size = self.along
        v = np.zeros(size)
        v[place] = 1
        return v


@dataclass(frozen=True)
class Task:
    """What is compared: a function and its gradient at a point."""

    f: Function
    x: Array
    gradient: Array
    roundings: float
    """How many unit roundoffs the gradient may be off."""
    unit: float
    """The unit roundoff of the gradient."""
    rng: np.random.Generator
    step: float | None
    noise: Array
    """The rounding errors that the gradient has been seen to have."""

    @property
    def rounding(self) -> float:
        """The relative rounding error that is allowed: that of the less exact of gradient and function."""
        return self.roundings * max(self.unit, self.f.unit)

    @property
    def why(self) -> str:
        """Why a complex step gives another derivative than a central difference."""
        return LOST if self.step is None else f"the step {self.step:g} is too large, or {LOST}"

    def slope(self, way: Way) -> float:
        """Return the derivative along a direction, according to the gradient."""
        if isinstance(way.along, tuple):
            # A product with a unit vector would make NaN of it where any other element is not finite
            return float(self.gradient[way.along[0]])
        return float(np.vdot(way.along, self.gradient))

    def noise_of(self, way: Way) -> float:
        """Return the rounding errors of the derivative along a direction, where those of its elements add up."""
        if isinstance(way.along, tuple):
            return float(self.noise[way.along[0]])
        return float(np.vdot(abs(way.along), self.noise))

    def central(self, way: Way, step: float | None = None) -> Estimate:
        """Return the derivative by central differences."""
        return central(self.f, self.x, way.v, way.scale, step, self.slope(way))

    def complex(self, way: Way) -> Estimate:
        """Return the derivative by complex steps."""
        return along(self.f, self.x, way.v, self.rng, self.step)

    def scatter(self, way: Way) -> float:
        """Return by how much derivatives around x differ by other than a smooth change: what rounding in f is worth."""
        moves = SPREAD * way.scale * np.arange(-4, 5)
        return table_noise(np.array([replace(self, x=self.x + t * way.v).complex(way).value for t in moves]))

    def lost(self, way: Way, found: Estimate, line: Derivative) -> str:
        """Return a doubt if f's rounding errors make a difference as large as that of the two derivatives."""
        lost = 0.0
        # They may be the same all along the step itself
        for h in (h for h in found.step * LONGER if 0 < h <= way.scale):
            back, ahead = self.x - h * way.v, self.x + h * way.v
            values = self.f.near(back), self.f.near(ahead)
            change = abs(self.f.lost(ahead, values[1]) - self.f.lost(back, values[0]))
            # Far away, values may be so large that their last places are more than the slope
            if change > MORE * self.f.unit * max(map(abs, values)):
                lost = max(lost, change / (2 * h))
        if not line.difference <= 2 * lost + line.limit:
            return ""
        return f"f's own rounding errors make {lost:.2g} of its slope, as where it subtracts nearly equal numbers"

    def judged(self, way: Way, found: Estimate, largest: float) -> Derivative:
        """Return the comparison along a direction, with its verdict.

        The gradient passes where it is within half a percent of the derivative and within the limit, and the
        derivative is known to half a percent; or where both are 0 as far as x is known, or beside rounding errors of
        the largest derivative. It fails over the limit.
        """
        ours, value, noise = self.slope(way), found.value, self.noise_of(way)
        # What cancels in a gradient at x is of the size of what it is elsewhere
        terms = largest + min(found.curved, CANCELLED * (abs(value) + largest))
        limit = found.error + self.rounding * (abs(value) + terms / 16) + noise + LEAST
        line = Derivative(way.place, ours, value, limit, sides=found.sides)
        if not np.isfinite(value):
            return line if np.isnan(ours) else Derivative(way.place, ours, value, limit, found.doubt)
        if not line.difference <= limit:
            # An infinite slope, of which each step makes another number
            doubt = found.doubt if np.isinf(ours) else _noise(found, ours) or self.lost(way, found, line)
            if found.sides and not isinstance(way.along, tuple):
                # The kinks of several units, each with a slope of its own choice, need not lie between
                doubt = "f has a corner at x, which only its elements one by one can tell more of"
            return Derivative(way.place, ours, value, limit, doubt, found.sides)
        if found.sides:
            return line
        if found.known and line.difference <= DIGITS * abs(value):
            return line
        if found.zero >= 0 and abs(ours) <= found.zero + noise:
            return line
        if ours == 0 and found.idle and found.error <= IDLE * max(largest, abs(self.f.first) / way.scale):
            return line
        # Roundings of the other derivatives are all that there is, as where f does not depend on a shift of x
        if abs(ours) <= AT_ZERO * self.f.unit * largest and abs(value) <= found.error <= self.rounding * largest / 16:
            return line
        hidden = f"the derivative is known to ±{limit:.3g} only, beside the rounding errors of f's values"
        if found.known:
            hidden = f"the gradient's own rounding error may be {limit:.3g}, more than the difference"
        return Derivative(way.place, ours, value, limit, found.doubt or hidden)


def _largest(ways: list[Way], found: list[Estimate]) -> list[float]:
    """Return for each direction the largest derivative that is known, in the unit of this one if it is another by far.

    Each number of x moved by its own size, derivatives have the unit of f, whatever those of the numbers are.
    """
    known = [(abs(e.value), way.scale) for way, e in zip(ways, found) if e.known] or [(0.0, 0.0)]
    largest, moved = max(slope for slope, _ in known), max(slope * scale for slope, scale in known)
    return [min(largest, UNITS * moved / way.scale) for way in ways]


def gradient_noise(
    gradient: Callable[[Array], Any], point: Point, given: Array, unit: float, rng: np.random.Generator
) -> Array:
    """Return the rounding errors of a gradient's elements: how they change near x other than smoothly."""
    size = scales(point.vector)
    beside = (NEAR if unit == 2.0**-53 else NARROW_NEAR) * size * rng.uniform(0.5, 1.0, size.shape)

    def at(j: int) -> Array:
        return point.gradient(gradient(point.vector + j * beside))[0] if j else given

    with quiet():
        try:
            every = np.array([at(j) for j in range(-4, 5)])
        except ENDS:
            return np.zeros_like(given)
        noise, sizes = SURE * table_noise(every), abs(given)
        largest = np.max(sizes * size, initial=0, where=np.isfinite(given)) / size
        # More is no rounding error
        small = noise <= max(ROUNDED, 64 * unit) * np.maximum(sizes, largest)
        return np.where(small, noise, 0.0)


def _noise(found: Estimate, gradient: float) -> str:
    """Return a doubt if larger steps confirm the gradient, and what hides that at small steps may be noise."""
    if found.coarse is None or not abs(gradient - found.coarse[0]) <= found.coarse[1] + 1e-9 * abs(gradient):
        return ""
    return (
        f"f has noise or a fine structure: its slope is {found.value:.4g} at small steps, and {found.coarse[0]:.4g} "
        "at larger ones"
    )


def run(task: Task, method: Method, ways: list[Way]) -> Check:
    """Return the comparison along all directions."""
    with probing():
        if method == "central":
            found = [task.central(way, task.step) for way in ways]
            lines = [task.judged(*one) for one in zip(ways, found, _largest(ways, found))]
            doubts: list[str] = []
        else:
            lines, doubts = _complex(task, ways)
        doubts += task.f.changes()
    return Check(method, tuple(lines), tuple(doubts))


def _complex(task: Task, ways: list[Way]) -> tuple[list[Derivative], list[str]]:
    found = [task.complex(way) for way in ways]
    largest = _largest(ways, found)
    lines = [task.judged(*one) for one in zip(ways, found, largest)]
    contradictions = list(_confirmed(task))
    # What fails, or changes within half a rounding of float32, is looked at from both sides
    suspect = [i for i, (line, estimate) in enumerate(zip(lines, found)) if line.verdict != "passed" or estimate.uneven]
    suspect = sorted(suspect, key=lambda i: -lines[i].excess)[:RECHECKED]
    for i in suspect:
        lines[i] = _seconded(task, ways[i], lines[i], largest[i])
    # What differences confirm is wrong, whatever f has lost; where it jumps there is no derivative
    wrong = any(lines[i].verdict == "failed" for i in suspect)
    return lines, [doubt for values, doubt in contradictions if values.jumps or not wrong]


def _seconded(task: Task, way: Way, line: Derivative, largest: float) -> Derivative:
    """Return the comparison along a direction after one with central differences."""
    found = task.central(way)
    differences = task.judged(way, found, largest)
    if found.sides:
        return differences
    against = f"the central difference is {found.value:.4g} ± {found.error:.2g}"
    if line.verdict == "passed" and differences.verdict == "failed":
        doubt = f"{against}, and the derivative changes much within a few roundings of x"
        return Derivative(line.place, line.gradient, line.numeric, line.limit, doubt)
    if line.verdict != "failed" or np.isnan(line.gradient):
        return line
    apart, doubt = abs(found.value - line.numeric), found.doubt if found.stepped else _noise(found, line.gradient)
    if doubt:
        pass
    elif apart > max(2 * found.error, line.difference / FARTHER):
        doubt = f"{against}, {apart:.2g} away: {task.why}"
    elif abs(found.value - line.gradient) <= 3 * found.error and (
        line.numeric == 0 or 8 * task.scatter(way) >= line.difference
    ):
        doubt = "the complex step may have lost digits, where f subtracts nearly equal numbers; no difference can tell"
    else:
        return line
    return Derivative(line.place, line.gradient, line.numeric, line.limit, doubt)


def _confirmed(task: Task) -> Iterator[tuple[Estimate, str]]:
    """Yield the central difference and a doubt if the complex step contradicts it along a random direction."""
    for factor in ELSEWHERE:
        x = task.x * factor if factor == 1 else task.x * factor * task.rng.uniform(0.5, 1.5, task.x.shape)
        values, doubt = _compared(task, x, scales(x))
        if doubt:
            yield values, doubt
            return
        if values.sides or (np.isfinite(values.value) and values.error <= 0.1 * abs(values.value)):
            break
    size = scales(task.x)
    parts = np.nan_to_num(abs(task.gradient) * size)
    if parts.min() < UNEQUAL * parts.max():
        # What a small element has lost is nothing beside the others
        values, doubt = _compared(task, task.x, np.where(parts < UNEQUAL * parts.max(), size, 0.0))
        if doubt:
            yield values, doubt


def _compared(task: Task, x: Array, size: Array) -> tuple[Estimate, str]:
    """Return the central difference along a random direction, and a doubt if the complex step is another."""
    v = size * task.rng.uniform(0.5, 1.5, x.shape) * task.rng.choice([-1.0, 1.0], x.shape)
    values = central(task.f, x, v, 1.0)
    if values.jumps:
        return values, values.doubt
    if values.sides or not np.isfinite(values.value):
        return values, ""
    steps = along(task.f, x, v, task.rng, task.step)
    apart = abs(values.value - steps.value)
    if not apart > 2 * (values.error + steps.error):
        return values, ""
    return values, (
        f"along a random direction the complex step gives {steps.value:.6g}, and the central difference, "
        f"{values.value:.6g} ± {values.error:.2g}, is {apart:.2g} away: {task.why}"
    )


def elements(point: Point) -> list[Way]:
    """Return the direction of each element."""
    size = scales(point.vector)
    return [Way(place, float(s), (i, size.size)) for i, (place, s) in enumerate(zip(point.places(), size))]


def directions_of(point: Point, count: int, rng: np.random.Generator) -> list[Way]:
    """Return random directions of length 1, whose parts are as large as x's elements are."""
    found = []
    for i in range(count):
        v = rng.standard_normal(point.vector.shape) * scales(point.vector)
        length = float(np.linalg.norm(v))
        found.append(Way(f"direction {i}", length, v / length))
    return found
