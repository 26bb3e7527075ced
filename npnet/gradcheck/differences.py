r"""The derivative along a direction from real values alone: central differences at many steps.

Along a direction, :math:`\varphi(t) = f(x + t v)`. For steps h, each eight times as long as the one before, there are

.. math:: D_h = \frac{\varphi(h) - \varphi(-h)}{2h}, \qquad R_h = D_h + \frac{D_h - D_{8h}}{63},
   \qquad J_h = \frac{\varphi(h) - 2 \varphi(0) + \varphi(-h)}{h}

R is extrapolated (Richardson), J is the jump from the slope on one side to that on the other. The truncation error of
R is below :math:`|D_h - D_{8h}| / 2`, which is also enough where the second derivative jumps at x, and the error falls
like h, or like its root, instead of like its square; where the slopes' differences grow by 64 from step to step, it is
below :math:`|R_h - R_{8h}| / 8`. The rounding error is that of the values over h. It is estimated in three ways, of
which the largest counts: a table of differences of values that are a few roundings of x apart, and of such that are a
quarter of the chosen h apart (Hamming; Moré and Wild 2011, "Estimating computational noise"); the unit roundoff of the
values' dtype; and the power of two of which all values are multiples: a value that was rounded where it was larger, as
in ``1e11 + x - 1e11``, or in float32, shows it in its last bits.

From the finest step on, the interval with the least error is kept as long as the intervals of larger steps meet it.
Where they don't, larger steps see other structure: the other side of a corner, or an oscillation. If that structure is
so small that it may be noise, both derivatives are told. If it is jumps of f's values, between which the slope is
another one than across them, f is rounded somewhere inside, as 1 - p is where p is almost 1, or what is computed in
float32 beside float64: nothing is known then.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from npnet.gradcheck.arguments import Function
from npnet.gradcheck.estimates import AT_OPTIMUM, DIGITS, FARTHER, Estimate
from npnet.typing import Array

RATIO = 8
# Not a short binary number: x + h has random last bits
LARGEST = 0.7390851332151607
CORE, WIDE, FINE = range(-10, 1), range(-14, 11), 2.0**-36
# Up to which part of its size an element is moved where no change is seen
MODEST = 1e-5
# So long are treads of f's steps at least, beside the one before
TREAD = 2.0**-12
# Numbers of float32 have more bits than rounding errors have
SHORT = 2.0**12
# So few steps of f within the size of x are no roundings of it
STAIRS = 1024
# Where f is 0, its slope is 0 if it is less than this part of what larger steps see
FLAT = 1e-6
# No difference knows more than ten digits, whatever its values say of their rounding errors
KNOWN = 2.0**-33
# An element that may be moved by so much of its size without more than rounding errors has no slope that counts
PLATEAU = 2.0**-7
# At so many places steps are looked for, of which there are so many at least
PLACES, SEVERAL = 9, 3
# So near to each other slopes are the same, whatever their errors are said to be
CHANCE = 2.0**-14
# A structure this small beside the value may be noise
NOISE = 2.0**-30
# So many steps, each eight times as long as the one before, change the value by the same where it jumps
ALIKE = 4
# So many roundings of x do not hide a jump
FAR = 2.0**20
# Where this part of a change is found again in the smallest step, it is a jump; of a smooth one 2^-20 is left there
JUMP = 2.0**-6


def scales(x: Array) -> Array:
    """Return how far each element can be moved: its own size, or for 0 the median of the others', but at most 1."""
    size = abs(x)
    return np.where(size == 0, min(1.0, float(np.median(size[size > 0]))) if size.any() else 1.0, size)


def last_places(values: Any) -> Any:
    """Return for each number the largest power of two of which it is a multiple; 0 for 0."""
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, 53).astype(np.int64)
    return np.ldexp(whole & -whole, exponents - 53)


def granularity(values: Array) -> float:
    """Return the largest power of two of which all values are multiples; 0 if they are too few or too equal to tell."""
    values = np.unique(abs(values[np.isfinite(values) & (values != 0)]))
    return 0.0 if values.size < 2 else float(last_places(values).min())


def _bits(values: Array) -> float:
    """Return the largest number of last places that one of the values has."""
    values = values[values != 0]
    return float(np.max(abs(values) / last_places(values), initial=0.0))


def table_noise(values: Array) -> Any:
    """Return the standard deviation of the noise in values at equal distances, along the first axis.

    The k-th differences of independent noise have the variance (2k)!/(k!)² of its own; those of a smooth function
    vanish.
    """
    # The squares of large values would overflow; a power of two changes no bit
    size = np.ldexp(0.5, np.frexp(abs(values).max(axis=0))[1])
    found, factor, differences = [], 1.0, values / size
    for k in range(1, 7):
        differences = np.diff(differences, axis=0)
        factor *= k / (4 * k - 2)
        if k > 2:
            found.append(np.sqrt(factor * np.mean(differences**2, axis=0)))
    return size * np.max(found, axis=0)


class Values:
    """The values of a function along a direction, at a table of steps."""

    def __init__(self, f: Function, x: Array, v: Array, scale: float) -> None:
        self.f, self.x, self.v, self.scale = f, x, v, scale
        self.middle = f.near(x)
        self.known: dict[float, tuple[float, float]] = {}
        spacing = 1.37 * scale * max(FINE, 2.0**7 * f.unit if f.unit > 2.0**-53 else 0.0)
        near = np.array([f.near(x + j * spacing * v) for j in range(-4, 5)])
        self.near = near[np.isfinite(near)]

    def at(self, h: float) -> tuple[float, float]:
        """Return the values a step back and a step ahead."""
        if h not in self.known:
            self.known[h] = self.f.near(self.x - h * self.v), self.f.near(self.x + h * self.v)
        return self.known[h]

    def every(self) -> Array:
        """Return all finite values."""
        every = np.array([self.middle, *self.near, *(v for pair in self.known.values() for v in pair)])
        return every[np.isfinite(every)]

    def several(self) -> bool:
        """Return whether there are enough different values to tell of what all are multiples."""
        return np.unique(self.every()).size > 6

    def noise(self, h: float) -> float:
        """Return the noise in how values ahead differ from those back, up to a step `h`; 0 where f is not finite."""
        pairs = np.array([self.at(h * part) for part in (0.25, 0.5, 0.75, 1.0)])
        # What is alike on both sides is no part of a central difference
        odd = (pairs[:, 1] - pairs[:, 0]) / np.sqrt(2)
        return table_noise(np.array([*-odd[::-1], 0.0, *odd])) if np.isfinite(odd).all() else 0.0

    def rounding(self) -> tuple[float, float]:
        """Return the error of a value that does not depend on its size, and the unit roundoff of those that do."""
        every, unit = self.every(), self.f.unit
        if self.several() and np.array_equal(every, every.astype(np.float32)) and _bits(every) > SHORT:
            unit = max(unit, 2.0**-24)
        noise = table_noise(self.near) if self.near.size == 9 else 0.0
        return max(4 * noise, 2 * granularity(every) if self.several() else 0.0), unit

    def jumps(self, start: float, end: float, slope: float, rounding: float) -> bool:
        """Return whether the values jump between two places on one side of x, by far more than rounding errors.

        The half is looked at in which more changes beside the slope, again and again.
        """
        value, last = self._from(start), self._from(end)

        def place(t: float) -> tuple[float, float]:
            return t, self._from(t) - value - slope * (t - start)

        low, high = (start, 0.0), (end, last - value - slope * (end - start))
        seen = max(abs(high[1]), abs(place((start + end) / 2)[1]))
        # Values beyond a jump may have rounding errors of their own
        least = max(JUMP * seen, 4 * rounding, 16 * self.f.unit * abs(last))
        while abs(high[0] - low[0]) > max(2.0**-20 * abs(end - start), 2.0**-51 * max(self.scale, abs(end))):
            middle = place((low[0] + high[0]) / 2)
            low, high = (low, middle) if abs(middle[1] - low[1]) > abs(high[1] - middle[1]) else (middle, high)
            if not abs(high[1] - low[1]) > least:
                return False
        # A pole's change is far larger than what is seen from afar
        return abs(high[1] - low[1]) < seen / JUMP

    def is_stair(self, h: float, slope: float, rounding: float) -> bool:
        """Return whether there are several jumps up to a step `h`, ahead and back; one or two are f's own."""
        found = 0
        for side in (-1, 1):
            # Beyond the end of its domain f tells nothing
            places = [t for t in side * np.linspace(0, h, PLACES) if np.isfinite(self._from(t))]
            for start, end in pairwise(places):
                found += self.jumps(start, end, slope, rounding)
                if found >= SEVERAL:
                    return True
        return False

    def treads(self, h: float, rounding: float) -> int:
        """Return how many of the value's first two changes up to a step `h` are jumps from one tread to the next."""
        start, value = 0.0, self.middle
        for count in (0, 1):
            low, high = start, h
            while abs(high - low) > 2.0**-50 * max(self.scale, abs(high)):
                between = (low + high) / 2
                low, high = (between, high) if self._from(between) == value else (low, between)
            after = self._from(high)
            # At a corner or a root it goes on rising
            on = self._from(high + np.copysign(max(abs(high - start) * TREAD, 2.0**-40 * abs(high)), h))
            if not abs(after - value) > max(4 * rounding, 2 * abs(on - after)):
                return count
            start, value = high, after
        return 2

    def _from(self, t: float) -> float:
        return self.f.near(self.x + t * self.v)

    def coarse(self, slope: float) -> bool:
        """Return whether few steps of one size, each far above a rounding, make the slope, as where f is a count."""
        size = granularity(self.every())
        return size > 2.0**-46 * abs(self.middle) and STAIRS * size > abs(slope) * self.scale

    def flat(self) -> bool:
        """Return whether no step changes the value."""
        return all(pair == (self.middle, self.middle) for pair in self.known.values())


def _best(values: Array, errors: Array) -> int | None:
    """Return the place of the least error, up to the first larger step that contradicts it or knows far less."""
    best = None
    for i in np.flatnonzero(np.isfinite(errors)):
        if best is None:
            best = int(i)
        elif abs(values[i] - values[best]) > errors[i] + errors[best] or errors[i] > RATIO * errors[best] > 0:
            break
        elif errors[i] < errors[best]:
            best = int(i)
    return best


def central(
    f: Function, x: Array, v: Array, scale: float, step: float | None = None, gradient: float = np.nan
) -> Estimate:
    """Return the derivative along `v`, of which x moves by its own size in `scale` steps.

    Steps far smaller and larger than usual are taken only if it is not known otherwise. With `step`, it and an eighth
    of it are the only ones.
    """
    values = Values(f, x, v, scale)
    if step is not None:
        return _estimate(values, [step / RATIO, step], True)
    found = _estimate(values, [LARGEST * scale * float(RATIO) ** k for k in CORE], False)
    if found.known or found.sides or abs(gradient) <= found.zero:
        return found
    return _estimate(values, [LARGEST * scale * float(RATIO) ** k for k in WIDE], True)


class Slopes(NamedTuple):
    """What each step shows, from the smallest on; the last has no larger one to be extrapolated with."""

    h: Array
    slopes: Array
    jumps: Array
    rounding: Array
    """The rounding errors of the slopes."""
    values: Array
    """The extrapolated slopes, one less than there are steps."""
    errors: Array
    """Their errors."""


def _slopes(values: Values, steps: list[float], noise: Array) -> Slopes:
    h = np.array(steps)
    back, ahead = np.array([values.at(step) for step in steps]).T
    constant, unit = values.rounding()
    size = np.fmax(np.fmax(abs(back), abs(ahead)), abs(values.middle))
    slopes = (ahead - back) / (2 * h)
    jumps = (ahead - values.middle - (values.middle - back)) / h
    # x + h is rounded too, where the slope may be the largest that was seen on the way
    moved = 2 * unit * (values.scale + h) * np.fmax.accumulate(abs(slopes) + abs(jumps))
    rounding = (np.maximum(np.maximum(constant, noise), 4 * unit * size) + moved) / h
    extrapolated = slopes[:-1] + (slopes[:-1] - slopes[1:]) / (RATIO**2 - 1)
    errors = _truncation(slopes, extrapolated) + rounding[:-1]
    # Steps of a few roundings of x may not move it at all
    errors[h[:-1] < 64 * unit * values.scale] = np.inf
    return Slopes(h, slopes, jumps, rounding, extrapolated, errors)


def _truncation(slopes: Array, extrapolated: Array) -> Array:
    """Return the truncation errors of extrapolated slopes.

    Where the slopes' differences grow by 64 from step to step, they are those of a smooth function, and the error is
    one of the fourth power of the step: less than what the next step's slope differs by over 8.
    """
    changes = slopes[:-1] - slopes[1:]
    errors = abs(changes) / 2
    ratio = RATIO**2
    smooth = abs(ratio * changes[:-1] - changes[1:]) <= abs(changes[1:]) / 4
    finer = abs(extrapolated[:-1] - extrapolated[1:]) / RATIO
    errors[:-1][smooth] = np.fmin(errors[:-1], finer)[smooth]
    return errors


def _settled(values: Values, steps: list[float]) -> tuple[Slopes, int | None]:
    """Return what the steps show, with the noise that there is at the best of them, and its place then."""
    noise = np.zeros(len(steps))
    table = _slopes(values, steps, noise)
    best = _best(table.values, table.errors)
    if best is None:
        return table, best
    # Smaller steps have no more than is seen near x
    noise[best:] = 4 * values.noise(steps[best])
    table = _slopes(values, steps, noise)
    return table, _best(table.values, table.errors)


def _estimate(values: Values, steps: list[float], last: bool) -> Estimate:
    table, best = _settled(values, steps)
    if best is None:
        end = table.h[~np.isfinite(table.slopes)].min(initial=np.inf)
        doubt = f"f is not finite on both sides of x, {end:.2g} away: x has to be well inside its domain"
        if np.isinf(end):
            doubt = f"a step of {steps[0]:.2g} is no more than a few roundings of x: take a larger one"
        return Estimate(np.nan, np.inf, doubt=doubt)
    jumping = _jumping(values, table) if values.near.size == 9 else None
    if jumping is not None:
        return jumping
    stepped = _stepped(values, table, best)
    if stepped is not None:
        return stepped
    # Larger steps than a quarter of x only where nothing smaller is seen
    jump = _jump(table, max(values.scale / 4, table.h[best]))
    return _judged(values, table, best, jump, last)


def _judged(values: Values, table: Slopes, best: int, jump: tuple[float, float], last: bool) -> Estimate:
    """Return what the steps tell, of a function that neither jumps nor changes in steps."""
    value, step = float(table.values[best]), float(table.h[best])
    error = max(float(table.errors[best]), KNOWN * abs(value))
    unit = values.rounding()[1]
    doubt = "f is computed in float32; use float64" if unit > 2.0**-53 else ""
    if abs(jump[0]) > DIGITS * abs(value):
        half = jump[0] / 2
        return Estimate(value, error + jump[1], sides=(value - half, value + half), step=step, doubt=doubt)
    coarse = _coarse(table, best, NOISE * abs(values.middle))
    curvature = values.scale * _curvature(table, values.scale)
    # Rounding errors of the gradient are no more than those of f's values over the size of x
    zero = max(AT_OPTIMUM * unit * curvature, min(error, float(table.rounding[best]) * step / values.scale))
    if curvature and abs(value) <= max(error, zero) and error <= 1e-6 * curvature:
        return Estimate(value, error, zero, coarse=coarse, curved=curvature, step=step, doubt=doubt)
    usual = table.h < values.scale / 4
    nothing = abs(value) <= error
    # A few values do not show of what they are multiples
    even = (last or values.several()) and _even(table, usual, error)
    zero = 0.0 if nothing and (even or (last and values.flat())) else -1.0
    idle = nothing and last and _still(table, table.h < PLATEAU * values.scale)
    steepest = np.max(abs(table.slopes), initial=0.0, where=np.isfinite(table.slopes))
    if idle and values.middle == 0 and error <= FLAT * steepest:
        # As a hinge is that is satisfied
        zero = 0.0
    if error > DIGITS * abs(value):
        # What is as small as the rounding errors may change within any larger step
        error = max(error, float(np.interp(MODEST * values.scale, table.h, table.rounding)))
    return Estimate(value, error, zero, idle, coarse=coarse, curved=curvature, step=step, doubt=doubt)


def _jump(table: Slopes, limit: float) -> tuple[float, float]:
    """Return the jump of the slope at x with its error: a corner's is the same at three steps; 0 without one."""
    change, usual = table.jumps[:-1] - table.jumps[1:], table.h[:-1] <= limit
    jumps = (table.jumps[:-1] + change / (RATIO - 1))[usual]
    errors = (abs(change) / 4 + 4 * table.rounding[:-1] + np.where(np.isinf(table.errors), np.inf, 0))[usual]
    place = _best(jumps, errors)
    if place is None or place < 2 or not (abs(jumps) > errors)[place - 2 : place + 1].all():
        return 0.0, 0.0
    return float(jumps[place]), float(errors[place])


def _curvature(table: Slopes, limit: float) -> float:
    """Return the size of the second derivative, if it is known; else 0."""
    usual = table.h < limit
    second = (table.jumps / table.h)[usual]
    errors = (4 * table.rounding / table.h)[usual] + np.append(abs(np.diff(second)), np.inf) / 4
    place = _best(second, errors)
    return 0.0 if place is None or abs(second[place]) <= 2 * errors[place] else float(abs(second[place]))


def _even(table: Slopes, usual: Array, error: float) -> bool:
    """Return whether both sides rise or fall alike, far more than the error: an optimum, or a flat place."""
    seen = (abs(table.jumps) / 2 - 2 * table.rounding)[usual]
    return error <= 1e-6 * float(np.max(seen, initial=0.0, where=np.isfinite(seen)))


def _still(table: Slopes, steps: Array) -> bool:
    """Return whether there is neither a slope nor a curvature at any of these steps."""
    return bool((abs(table.slopes) + abs(table.jumps) / 4 <= 2 * table.rounding)[steps].all())


def _jumping(values: Values, table: Slopes) -> Estimate | None:
    """Return that nothing is known, where the value jumps at x, so that small steps change it alike; else None."""
    near, (_, unit) = values.near, values.rounding()
    usual = table.h >= FAR * unit * values.scale
    if not usual.any():
        return None
    changes = (2 * table.h * table.slopes)[usual][:ALIKE]
    change = abs(changes[0])
    # Values on one side differ far less; NaN is no jump
    spread = max(np.ptp(changes), np.ptp(near[:4]), np.ptp(near[-4:]))
    if not change > 2.0**10 * unit * abs(near).max() or not spread <= change / 16:
        return None
    doubt = f"f jumps at x, by {change:.4g}: it has no derivative there"
    return Estimate(0.0, np.inf, stepped=True, jumps=True, doubt=doubt)


def _stepped(values: Values, table: Slopes, best: int) -> Estimate | None:
    """Return that nothing is known, where f changes in steps near x; else None."""
    value = float(table.values[best])
    between, across = value, _across(values, table, best)
    if across is not None and abs(across - value) <= DIGITS * abs(value):
        # Too little for steps of f: what the steps of x show agrees by chance with what the next ones do
        table.errors[best] = max(table.errors[best], abs(across - value))
        across = None
    if across is None and table.errors[best] <= DIGITS * abs(value) and values.coarse(value):
        between, across = 0.0, value
    if across is None:
        return None
    doubt = (
        f"f changes in steps near x, as where it is rounded inside or jumps: its slope is {between:.4g} between two of "
        f"them, and {across:.4g} across them"
    )
    return Estimate(across, FARTHER * (abs(between) + abs(across)), stepped=True, doubt=doubt)


def _across(values: Values, table: Slopes, best: int) -> float | None:
    """Return the slope of larger steps, if it is another one because the values jump; else None.

    A function may also have a jump of its own. Of steps, larger ones agree on their slope, or else the values are the
    same between several jumps.
    """
    slope = float(table.values[best])
    rounding = float(table.rounding[best] * table.h[best])
    beyond = slice(best + 1, None)
    apart = abs(table.values - slope)
    place = _first(apart[beyond] > 8 * table.errors[beyond])
    if place is not None:
        if apart[beyond][place] <= CHANCE * abs(slope):
            return float(table.values[beyond][place])
        # Where they begin to count, there are few of them
        step = best + int(np.argmax(abs(table.slopes[best:] - slope) > apart[beyond][place] / 2))
        if values.is_stair(RATIO**2 * float(table.h[step]), slope, rounding):
            return float(table.values[beyond][place])
    place = _first(~(abs(table.slopes[beyond]) <= 4 * table.rounding[beyond]))
    if slope == 0 and place is not None and _treads(values, table.h[beyond]) > 1:
        return float(table.slopes[beyond][place])
    return None


def _treads(values: Values, steps: Array) -> int:
    """Return how many jumps there are on both sides of a place where nothing changes; one is the function's own."""
    constant, unit = values.rounding()
    rounding, found = max(constant, 4 * unit * abs(values.middle)), 0
    for side in (0, 1):
        ends = [(float(h), values.at(float(h))[side]) for h in steps]
        changed = [h for h, value in ends if np.isfinite(value) and value != values.middle]
        if changed:
            # Within the first step there may be one jump of several
            found += values.treads((-1, 1)[side] * changed[min(2, len(changed) - 1)], rounding)
    return found


def _first(there: Array) -> int | None:
    """Return the first place that is true."""
    return int(there.argmax()) if there.any() else None


def _coarse(table: Slopes, best: int, limit: float) -> tuple[float, float] | None:
    """Return what larger steps show with its error, if it is another derivative, and what hides it may be noise."""
    other = abs(table.values - table.values[best]) > table.errors + table.errors[best]
    other[: best + 1] = False
    if not other.any():
        return None
    place = int(np.nanargmin(np.where(other, table.errors, np.nan)))
    between = slice(best, place + 1)
    hidden = float(np.max(abs(table.values[between] - table.values[place]) * table.h[between]))
    error = float(table.errors[place]) + 2 * hidden / float(table.h[place])
    return (float(table.values[place]), error) if hidden <= limit else None
