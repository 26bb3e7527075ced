"""Mutants of reference/bounds/saturation.py: other limits, errors that are forgotten, and bounds that let all pass."""

REWRITES = {
    "Saturating.probabilities": [
        ("np.clip(self.outputs(net, x), found.value - found.error, found.value + found.error)", "self.outputs(net, x)"),
        ("exactly(np.clip(self.outputs(net, x), found.value - found.error, found.value + found.error))", "found"),
        ("self.outputs is None", "True"),
    ],
    "Saturating.value": [
        ("(moved + rounded) * part", "rounded * part"),
        ("(moved + rounded) * part", "moved * part"),
        ("(moved + rounded) * part", "1000 * (moved + rounded) * part"),
        ("(moved + rounded) * part", "moved + rounded"),
        ("np.maximum(abs(a - b), abs(c - b))", "np.minimum(abs(a - b), abs(c - b))"),
    ],
    "Saturating.by_logits": [
        ("gradient.error * part", "gradient.error * 0"),
        ("gradient.error * part", "gradient.error * 1000"),
    ],
    "Saturating._plain": [
        ("unsmoothed(self.loss.loss if isinstance(self.loss, Multiple) else self.loss, y)", "(self.loss, y)")
    ],
    "Saturating._part": [
        ("self.loss.factor if isinstance(self.loss, Multiple) else 1.0", "1.0"),
        ("len(p.value) if kind(self.loss) in OF_DISTRIBUTIONS else p.value.size", "p.value.size"),
        ("len(p.value) if kind(self.loss) in OF_DISTRIBUTIONS else p.value.size", "len(p.value)"),
    ],
    "Clipped.terms": [
        ("(self._labels(y), self._clipped(p))", "(self._labels(y), p)"),
        ("-(1 - y) * np.log(1 - p)", "-(1 - y) * np.log(p)"),
        ("np.log(np.where(y == 0, 1, y))", "0"),
        ("[*found, np.log(p.sum(axis=1))]", "found"),
    ],
    "Clipped.pulled_back": [
        ("(1 - y, self._slope(numbers, lambda q: 1 - q))", "(1 - y, self._slope(numbers, lambda q: q))"),
        ("self._rounding(ACTIVATION, size)", "0"),
        ("self._rounding(ACTIVATION, size)", "1000 * self._rounding(ACTIVATION, size)"),
        ("sum((abs(factor) * slope.error for factor, slope in slopes))", "0"),
    ],
    "Clipped.cast": [("not self.divides_before", "True")],
    "Clipped._slope": [
        ("np.where(inside[1], found[1], 0)", "found[1]"),
        ("np.where(np.any(inside, axis=0), moved, 0)", "moved"),
        ("np.where(np.any(inside, axis=0), moved, 0)", "0 * moved"),
        (
            "np.where(np.all(inside, axis=0), abs(found[2] - found[0]), np.max(found, axis=0))",
            "abs(found[2] - found[0])",
        ),
    ],
    "Clipped._labels": [("self._clipped(y) if self.clips_labels else y", "y")],
    "Limited.terms": [
        ("np.maximum(np.log(p), self.logarithm)", "np.log(p)"),
        ("np.maximum(np.log1p(-p), self.logarithm)", "np.log1p(-p)"),
    ],
    "Limited.pulled_back": [
        ("np.maximum(slope, self.divisor)", "slope"),
        ("np.minimum(1, p.error / self.divisor)", "0"),
        ("self._rounding(ACTIVATION, gradient)", "0"),
        ("self._rounding(ACTIVATION, gradient)", "1000 * self._rounding(ACTIVATION, gradient)"),
    ],
    "_through_sigmoid": [
        ("grad.error * (slope + moved)", "0"),
        ("abs(grad.value) * moved", "0"),
        ("p.value * (1 - p.value)", "p.value"),
    ],
    "_through_softmax": [
        ("felt * (1 - p.value + p.error)", "felt"),
        ("felt * (1 - p.value + p.error)", "0"),
        ("largest * (total(felt) - felt)", "0"),
        ("p.error * (abs(grad.value) + size)", "0"),
        ("total(grad.value * p.value)", "0"),
    ],
}
