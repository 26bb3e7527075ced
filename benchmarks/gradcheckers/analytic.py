"""``python -m benchmarks.gradcheckers.analytic``: which functions of NumPy and SciPy keep a complex step right.

Each is an expression of `x`, a vector of four numbers, with `M`, a 3 × 3 matrix of `x` that is not symmetric, `S`, one
that is positive definite, `T`, a tall one, and constant vectors `w` and `b`. Its derivative along a direction is taken
by complex steps of 1e-100 and 1e-30, and by central differences of the real function, at two points.

Exit status: 0; with ``--check``, 1 if the page says something else; 2 if the command can't be run.
"""

import argparse
import importlib.util
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from npnet.gradcheck.arguments import Function, Point
from npnet.gradcheck.differences import central

PAGE = Path(__file__).parents[2] / "npnet" / "gradcheck" / "README.md"
NUMPY = """
np.abs(x).sum() | abs(x[0]) | np.fabs(x).sum() | np.sign(x) @ w | x @ np.sign(x) | np.copysign(x, w).sum()
np.maximum(x, w).sum() | np.minimum(x, w).sum() | np.fmax(x, w).sum() | np.clip(x, -0.5, 0.5).sum() | x.max()
np.ptp(x) | max(x) | np.sort(x) @ w | np.median(x) | np.quantile(x, 0.3) | np.percentile(x, 30)
np.where(x > 0, x, 0).sum() | np.heaviside(x, 0.5) @ w | np.floor(x) @ w | np.round(x) @ w | np.mod(x, 1.0).sum()
np.fmod(x, 1.0).sum() | np.nan_to_num(x).sum() | np.angle(x).sum() | np.real(x).sum() | np.conj(x) @ x
np.real_if_close(x).sum() | np.hypot(x, w).sum() | np.arctan2(x, w).sum() | np.cbrt(x).sum() | np.sqrt(x * x).sum()
np.sqrt(abs(w) + x * x).sum() | np.exp(x).sum() | np.exp2(x).sum() | np.expm1(x).sum() | np.log(x * x).sum()
np.log1p(x * x).sum() | np.log10(x * x).sum() | np.logaddexp(x, w).sum() | np.sin(x).sum() | np.tan(x).sum()
np.arcsin(x / 9).sum() | np.arctan(x).sum() | np.tanh(x).sum() | np.cosh(x).sum() | np.arcsinh(x).sum()
np.sinc(x).sum() | np.i0(x).sum() | np.reciprocal(x).sum() | np.square(x).sum() | (x**3).sum() | (x**-2).sum()
(x**99).sum() | (x**100).sum() | (x**2.0).sum() | (2.0**x).sum() | np.power(abs(w), x).sum() | np.dot(x, x)
np.inner(x, w) | np.vdot(x, x) | np.vdot(x, w) | np.vdot(w, x) | np.vecdot(x, w) | np.linalg.vecdot(x, x)
np.outer(x, w).sum() | np.einsum('i,i', x, x) | np.tensordot(x, w, 1) | np.kron(x, w).sum()
np.cross(x[:3], w[:3]).sum() | np.linalg.norm(x) | np.linalg.norm(x, 1) | np.linalg.norm(x, np.inf)
np.linalg.norm(M) | np.linalg.norm(M, 2) | (x / np.linalg.norm(x)) @ w | np.linalg.det(M) | np.linalg.slogdet(M)[1]
np.prod(np.linalg.slogdet(M)) | np.linalg.inv(M).sum() | np.linalg.solve(M, b).sum() | np.linalg.lstsq(T, w)[0].sum()
np.linalg.lstsq(np.ones((4, 1)), x)[0].sum() | np.linalg.pinv(T).sum() | np.linalg.pinv(M).sum()
np.linalg.cholesky(S).sum() | np.linalg.qr(M)[1].sum() | np.linalg.svd(M)[1].sum() | np.linalg.eigvalsh(S)[0]
np.linalg.eigh(S)[1].sum() | np.linalg.eigvals(S).sum() | np.linalg.matrix_power(M, 3).sum() | np.linalg.cond(M)
np.trace(M @ M) | np.linalg.multi_dot([M, M, M]).sum() | np.mean(x) | np.average(x, weights=w) | np.std(x) | np.var(x)
np.cov(x) | np.cov(w, x)[0, 1] | np.corrcoef(x, w)[0, 1] | ((x - x.mean()) / x.std()) @ w | np.nanmean(x)
np.nanvar(x) | np.sum(x, dtype=float) | np.cumsum(x) @ w | np.cumprod(x).sum() | np.prod(x) | np.diff(x) @ b4
np.gradient(x) @ w | np.trapezoid(x) | np.convolve(x, w).sum() | np.correlate(x, w).sum() | np.correlate(w, x).sum()
np.interp(0.3, [0, 1, 2, 3], x) | np.interp(x, [-9, 0, 9], [0, 1, 5]).sum() | np.polyval(x, 0.7)
np.polyfit([0, 1, 2, 3], x, 1)[0] | np.polyfit(x, w, 1)[0] | np.prod(np.roots(x)) | np.fft.fft(x)[1].real
abs(np.fft.fft(x))[1] | np.fft.ifft(np.fft.fft(x) * 2)[0] | np.fft.rfft(x)[1].real | np.fft.irfft(x)[0]
np.histogram(x, 3, weights=x)[0].sum() | np.bincount([0, 1, 0, 1], x) @ [1, 3] | x.astype(float).sum() | float(x[0])
np.float64(x[0]) | np.asarray(x, float).sum() | math.sin(x[0]) | math.fsum(x) | filled(x).sum()
np.full_like(w, x[0]).sum() | np.insert(w, 0, x[0]).sum() | np.fromiter(x, float).sum() | added(x).sum()
np.piecewise(x, [x > 0], [lambda t: t, 0]).sum() | np.select([x > 0], [x * x]).sum()
np.vectorize(lambda t: t * t)(x).sum() | np.apply_along_axis(lambda t: t * t, 0, x).sum()
np.linspace(x[0], 1, 5) @ [1, 2, 3, 4, 5] | np.arange(x[0], 9)[:3].sum() | np.unwrap(x).sum()
"""
SCIPY = """
special.erf(x).sum() | special.erfc(x).sum() | special.expit(x).sum() | special.logit(abs(w) / 9 + x / 99).sum()
special.log_expit(x).sum() | special.softmax(x) @ w | special.log_softmax(x) @ w | special.logsumexp(x)
special.gammaln(x * x).sum() | special.loggamma(x * x).sum() | special.gamma(x * x).sum()
special.digamma(x * x).sum() | special.beta(x * x, 2).sum() | special.xlogy(w, x * x).sum()
special.entr(x * x).sum() | special.huber(1.0, x).sum() | special.ndtr(x).sum() | special.log_ndtr(x).sum()
special.j0(x).sum() | special.jv(1, x).sum() | special.jv(0.5, x * x).sum() | special.iv(0, x).sum()
special.ive(0, x).sum() | special.yv(0, x * x).sum() | special.kv(1, x * x).sum() | special.expi(x * x).sum()
special.exp1(x * x).sum() | special.sici(x * x)[0].sum() | special.shichi(x * x)[0].sum() | special.dawsn(x).sum()
special.hyp2f1(1, 2, 3, x / 9).sum() | special.lambertw(x * x).sum() | linalg.expm(M).sum()
linalg.logm(S).sum() | linalg.sqrtm(S).sum() | linalg.cosm(M).sum() | linalg.sinm(M).sum() | linalg.solve(M, b).sum()
linalg.solve(S, b, assume_a='pos').sum() | linalg.cho_solve(linalg.cho_factor(S), b).sum()
linalg.solve_triangular(M, b).sum() | linalg.solve_triangular(M, b, trans='C').sum() | linalg.lu(M)[2].sum()
linalg.lstsq(T, w)[0].sum() | linalg.polar(M)[0].sum() | linalg.toeplitz(x)[0] @ w | linalg.solve_toeplitz(x, w).sum()
linalg.circulant(x)[0] @ w | linalg.solve_sylvester(M, S, np.eye(3)).sum() | fft.dct(x) @ w
fft.ifft(fft.fft(x) * 2)[0] | signal.fftconvolve(x, w)[2] | signal.convolve(x, w)[2] | signal.correlate(x, w)[2]
signal.correlate(w, x)[2] | signal.lfilter([1, 2], [1, 0.3], x).sum() | signal.detrend(x) @ w
signal.savgol_filter(x, 3, 1) @ w | ndimage.gaussian_filter1d(x, 1.0) @ w | integrate.simpson(x)
integrate.quad(lambda t: np.exp(x[0] * t), 0, 1)[0] | integrate.quad_vec(lambda t: np.exp(x * t), 0, 1)[0].sum()
optimize.brentq(lambda t: t**3 - 2 - x[0], 0, 9)
optimize.newton(lambda t: t**3 - 2 - x[0], 1.0 + 0 * x[0], lambda t: 3 * t**2)
interpolate.CubicSpline([0, 1, 2, 3], x)(1.3) | interpolate.CubicSpline([-9, 0, 5, 9], w)(x).sum()
interpolate.interp1d([0, 1, 2, 3], x)(1.3) | spatial.distance.euclidean(x, w) | spatial.distance.sqeuclidean(x, w)
spatial.distance.cosine(x, w) | sparse.csr_array(M) @ b @ b | sparse.linalg.spsolve(sparse.csc_array(M), b).sum()
sparse.linalg.norm(sparse.csr_array(M)) | stats.norm.logpdf(x).sum() | stats.norm.logpdf(0.3, x).sum()
stats.norm.cdf(x).sum() | stats.laplace.logpdf(x).sum() | stats.zscore(x) @ w | stats.skew(x) | stats.sem(x)
stats.linregress(w, x)[0] | stats.linregress(x, w)[0]
"""
POINTS = ([0.41, -0.83, 1.7, -2.3], [-1.27, 0.62, 2.9, 0.35])
DIRECTION = np.array([0.7, 1.1, -0.4, 0.9])


def expressions(text: str) -> list[str]:
    """Return the expressions of a list."""
    return [part.strip() for line in text.strip().splitlines() for part in line.split("|")]


def names(x: Any) -> dict[str, Any]:
    """Return what the expressions may use, at a point."""
    import math

    def filled(x: Any) -> Any:
        buffer = np.zeros(4)
        buffer[:] = x
        return buffer

    def added(x: Any) -> Any:
        buffer = np.zeros(4)
        np.add.at(buffer, [0, 1, 2, 3], x)
        return buffer

    w, M = np.array([0.3, -1.9, 0.8, 1.4]), np.array([[2.0, -0.5, 0.3], [0.7, 1.5, -0.2], [0.1, 0.4, 3.0]])
    slope = np.array([[0.3, 0.1, -0.2], [0.2, -0.4, 0.1], [0.5, 0.2, 0.3]])
    M = M + slope * x[0]
    T = np.concatenate([M, (x[:3] * [1, 2, 3])[None]])
    names = {"x": x, "w": w, "b": w[:3], "b4": w[:3], "M": M, "S": M @ M.T + np.eye(3), "T": T}
    names |= {"np": np, "math": math, "filled": filled, "added": added}
    if importlib.util.find_spec("scipy"):
        from scipy import (
            fft,
            integrate,
            interpolate,
            linalg,
            ndimage,
            optimize,
            signal,
            sparse,
            spatial,
            special,
            stats,
        )

        names |= {"fft": fft, "integrate": integrate, "interpolate": interpolate, "linalg": linalg, "ndimage": ndimage}
        names |= {"optimize": optimize, "signal": signal, "sparse": sparse, "spatial": spatial, "special": special}
        names |= {"stats": stats}
    return names


def measured(expression: str) -> tuple[str, str]:
    """Return ``"right"``, ``"raises"`` or ``"wrong"``, and what happens."""

    def f(x: Any) -> Any:
        return eval(expression, names(x))

    answers = [_at(f, np.array(point)) for point in POINTS]
    for kind in ("raises", "wrong"):
        for found, text in answers:
            if found == kind:
                return found, text
    return "right", ""


def _at(f: Any, x: Any) -> tuple[str, str]:
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        truth = central(Function(f, Point(x)), x, DIRECTION, 1.0)
        caught.clear()
        try:
            values = [np.asarray(f(x + 1j * (h * DIRECTION))) for h in (1e-100, 1e-30)]
        except Exception as error:
            return "raises", type(error).__name__
        slopes = [float(value.imag) / h for value, h in zip(values, (1e-100, 1e-30))]
        warned = any(issubclass(warning.category, np.exceptions.ComplexWarning) for warning in caught)
    off = [abs(slope - truth.value) for slope in slopes]
    if max(off) <= 2 * truth.error + 1e-8 * abs(truth.value):
        return "right", ""
    said = f"{slopes[0]:.4g} for {truth.value:.4g}"
    if warned:
        return "wrong", f"{said}, with a ComplexWarning"
    if values[0].dtype.kind != "c":
        return "wrong", f"{said}, of a real dtype"
    return "wrong", said if abs(slopes[0] - slopes[1]) <= 1e-6 * abs(slopes[0]) else f"{said}, {slopes[1]:.4g} at 1e-30"


def lists() -> str:
    """Return the page's lists, with the versions that were measured."""
    import platform

    groups = {"NumPy " + np.__version__: expressions(NUMPY)}
    if importlib.util.find_spec("scipy"):
        import scipy

        groups["SciPy " + scipy.__version__] = expressions(SCIPY)
    parts = []
    for title, every in groups.items():
        answers = {expression: measured(expression) for expression in every}
        kinds = {
            kind: [e for e, (found, _) in answers.items() if found == kind] for kind in ("wrong", "raises", "right")
        }
        parts.append(f"### {title}, Python {platform.python_version()}\n")
        parts.append(
            f"Silently wrong, {len(kinds['wrong'])} of {len(every)}:\n\n| expression | complex step |\n|---|---|"
        )
        parts += [f"| `{e}` | {answers[e][1]} |" for e in kinds["wrong"]]
        parts.append(f"\nRefused by the function itself, {len(kinds['raises'])}:\n")
        parts.append("\n".join(f"- `{e}`: {answers[e][1]}" for e in kinds["raises"]))
        parts.append(f"\nRight, {len(kinds['right'])}:\n")
        parts.append(", ".join(f"`{e}`" for e in kinds["right"]) + "\n")
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gradcheckers.analytic", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the page instead of printing")
    options = parser.parse_args(arguments)
    found = lists()
    if not options.check:
        print(found)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    missing = [line for line in found.splitlines() if line and line not in page]
    print("\n".join(["the page says something else:", *missing]) if missing else "the page is right")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
