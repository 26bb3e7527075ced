"""Mutants of npnet/derivations/engine/calculus.py."""

FUNCTIONS = ["along", "derivative", "gradient", "jacobian", "_units"]
REWRITES = {
    "along": [
        ("complex_step(f, x, v)", "complex_step(f, x, np.ones(x.shape))"),
        ("complex_step(f, x, v)", "-complex_step(f, x, v)"),
        ("complex_step(f, x, v)", "np.abs(complex_step(f, x, v))"),
        ("kind.along(f, x, v)", "kind.along(f, x, np.abs(v))"),
        ("kind.along(f, x, v)", "kind.along(f, x, np.ones(x.shape))"),
    ],
    "derivative": [("np.ones(x.shape)", "x")],
    "gradient": [("x.shape", "(-1,)")],
    "jacobian": [("-1", "0")],
    "_units": [("np.eye(x.size)", "np.ones((x.size, x.size))"), ("np.eye(x.size)", "np.eye(x.size)[::-1]")],
}  # fmt: skip
