r"""Gradient checks: a gradient against a derivative taken from the function's values alone.

Two derivatives are offered. The **complex step**, :math:`f'(x) \approx \mathrm{Im}\, f(x + ih)/h`, subtracts
nothing, so that h can be tiny and the result is right up to rounding error; the function must be analytic and run on
complex numbers. The **central difference**, :math:`(f(x+h) - f(x-h))/2h`, runs anywhere; it is taken at many steps and
extrapolated.

Both come with an error that is estimated from the values, `npnet.gradcheck.differences` and `npnet.gradcheck.steps` say
how, and a gradient is held to it element by element. Where the values can't tell, the verdict is "not decided".

Source: Squire and Trapp 1998, "Using complex variables to estimate derivatives of real functions" (complex step);
Richardson 1911 (extrapolation); Moré and Wild 2011, "Estimating computational noise".
"""

from npnet.gradcheck.checks import assert_gradient, check, check_hessian_vector, check_vjp
from npnet.gradcheck.nets import check_net
from npnet.gradcheck.results import Check, Derivative
from npnet.gradcheck.steps import COMPLEX_STEP, complex_step

__all__ = [
    "COMPLEX_STEP", "Check", "Derivative", "assert_gradient", "check", "check_hessian_vector", "check_net",
    "check_vjp", "complex_step",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
