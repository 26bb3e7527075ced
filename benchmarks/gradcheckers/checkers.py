"""The checkers, each from a NumPy function and a gradient to True, False or None for "does not know".

Every one gets the same NumPy function, wrapped as an operation of its own with the gradient given as its rule. Where a
tool returns numbers instead of a verdict, the rule is that of its documentation's examples, or stated here.
"""

import importlib.util
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

from npnet import gradcheck

Verdict = bool | str | None
Checker = Callable[[Any, Any, Any], Verdict]


def _npnet(method: Any) -> Checker:
    def run(f: Any, gradient: Any, x: Any) -> Verdict:
        verdict = gradcheck.check(f, gradient, x, method).verdict
        return {"passed": True, "failed": False, "not decided": None, "corner": "corner"}[verdict]

    return run


def torch_gradcheck(f: Any, gradient: Any, x: Any) -> Verdict:
    """Return the verdict of torch.autograd.gradcheck at its default settings."""
    import torch

    class Given(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, x: Any) -> Any:
            return torch.as_tensor(np.asarray(f(x.detach().numpy())))

        @staticmethod
        def backward(context: Any, grad: Any) -> Any:
            return grad * torch.as_tensor(np.asarray(gradient, x.dtype))

    return bool(torch.autograd.gradcheck(Given.apply, torch.tensor(x, requires_grad=True), raise_exception=False))


def jax_check_grads(f: Any, gradient: Any, x: Any) -> Verdict:
    """Return the verdict of jax.test_util.check_grads, first order, with 64 bits."""
    import jax
    import jax.numpy as jnp
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)
    dtype = np.asarray(f(x)).dtype
    given_gradient = jnp.asarray(gradient.astype(x.dtype))

    @jax.custom_jvp
    def given(x: Any) -> Any:
        return jax.pure_callback(lambda x: np.asarray(f(np.asarray(x)), dtype), jax.ShapeDtypeStruct((), dtype), x)

    @given.defjvp
    def rule(primals: Any, tangents: Any) -> Any:
        return given(primals[0]), jnp.sum(given_gradient * tangents[0]).astype(dtype)

    try:
        check_grads(given, (jnp.asarray(x),), order=1)
    except AssertionError:
        return False
    return True


def tensorflow_compute_gradient(f: Any, gradient: Any, x: Any) -> Verdict:
    """Return whether the largest error of tf.test.compute_gradient is at most 1e-3."""
    import tensorflow as tf

    dtype = np.asarray(f(x)).dtype

    @tf.custom_gradient
    def given(x: Any) -> Any:
        value = tf.numpy_function(lambda x: np.asarray(f(x), dtype), [x], dtype)
        value.set_shape(())
        return value, lambda grad: tf.cast(grad, x.dtype) * tf.constant(gradient.astype(x.numpy().dtype))

    analytic, numeric = tf.test.compute_gradient(given, [tf.constant(x)])
    return bool(np.max(abs(np.asarray(analytic) - np.asarray(numeric))) <= 1e-3)


def scipy_check_grad(f: Any, gradient: Any, x: Any) -> Verdict:
    """Return whether scipy.optimize.check_grad is at most 1e-5."""
    from scipy.optimize import check_grad

    shape = x.shape
    return bool(check_grad(lambda v: f(v.reshape(shape)), lambda v: gradient.ravel(), x.ravel()) <= 1e-5)


def numdifftools_gradient(f: Any, gradient: Any, x: Any) -> Verdict:
    """Return whether each element is within 1e-5 + 1e-3 times numdifftools.Gradient."""
    import numdifftools

    numeric = np.atleast_1d(numdifftools.Gradient(f)(x))
    return bool(np.all(abs(gradient - numeric) <= 1e-5 + 1e-3 * abs(numeric)))


def autograd_check_grads(f: Any, gradient: Any, x: Any) -> Verdict:
    """Return the verdict of autograd.test_util.check_grads, first order."""
    from autograd.extend import defjvp, defvjp, primitive
    from autograd.test_util import check_grads

    given = primitive(lambda x: np.float64(f(x)))
    defvjp(given, lambda answer, x: lambda grad: grad * gradient.astype(x.dtype))
    defjvp(given, lambda grad, answer, x: np.sum(grad * gradient))
    try:
        check_grads(given, order=1)(x)
    except AssertionError:
        return False
    return True


CHECKERS: dict[str, tuple[str, Checker]] = {
    "npnet complex": ("npnet", _npnet("complex")),
    "npnet central": ("npnet", _npnet("central")),
    "torch gradcheck": ("torch", torch_gradcheck),
    "jax check_grads": ("jax", jax_check_grads),
    "tf compute_gradient": ("tensorflow", tensorflow_compute_gradient),
    "scipy check_grad": ("scipy", scipy_check_grad),
    "numdifftools Gradient": ("numdifftools", numdifftools_gradient),
    "autograd check_grads": ("autograd", autograd_check_grads),
}


def installed() -> list[str]:
    """Return the checkers whose package is installed."""
    return [name for name, (package, _) in CHECKERS.items() if importlib.util.find_spec(package)]


def versions(names: list[str]) -> str:
    """Return the versions of NumPy and of the checkers' packages."""
    packages = ["numpy", *dict.fromkeys(CHECKERS[name][0] for name in names if CHECKERS[name][0] != "npnet")]
    return ", ".join(f"{package} {version(package)}" for package in packages)


def verdict(run: Checker, f: Any, gradient: Any, x: Any) -> Verdict:
    """Return a checker's verdict; an exception is none."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return run(f, gradient.copy(), x.copy())
        except Exception:
            return None
