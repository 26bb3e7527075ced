"""Files of nets: what they are, and all that a training goes on from.

``net.save(path)`` and ``MLP.load(path)`` write and read them, and so do those of an `Ensemble`; `npnet.callbacks` has a
`Checkpoint`, from which ``net.fit(…, resume=path)`` goes on. A file is one of safetensors, whose arrays other programs
read too; ``npnet show`` prints what it holds. No code stands in it, and none is run when it is read.

Examples
--------
>>> import tempfile
>>> from npnet import MLP, optimizers
>>> net, optimizer = MLP([4, 3], output="softmax", seed=0), optimizers.Adam(0.01)
>>> history = net.fit([[1.0, 2.0, 3.0, 4.0]], [2], optimizer=optimizer)
>>> with tempfile.TemporaryDirectory() as folder:
...     net.save(f"{folder}/net.safetensors", optimizer=optimizer)
...     same, other = MLP.load(f"{folder}/net.safetensors"), load_optimizer(f"{folder}/net.safetensors")
>>> bool((same.parameters == net.parameters).all()), other, other.iterations
(True, Adam(0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-07), 1)
"""

from npnet.saving.container import read, write
from npnet.saving.models import load_optimizer

__all__ = ["load_optimizer", "read", "write"]


def __dir__() -> list[str]:
    return __all__
