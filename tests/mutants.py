"""``python -m tests.mutants``: break each formula in turn, and see that the fast suite (no TensorFlow) fails.

A mutant is a line of the six formula rooms with one thing wrong: a sign, a factor, an axis, a transpose, a decay factor
pinned, epsilon moved, a count off by one. Each is run in a copy of the repository: first the tests of its room, then
the rest of the fast suite. Exit status 1 if one survives, 2 if a line that is to be broken is not there (exactly once).
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parent.parent

# Room, the text that is replaced (found once), and what replaces it
MUTANTS = [
    ("activations", "np.divide(np.maximum(e, z >= 0), 1 + e, out=out)", "np.divide(np.maximum(e, z <= 0), 1 + e, out=out)"),
    ("activations", "np.divide(np.maximum(e, z >= 0), 1 + e, out=out)", "np.divide(np.maximum(e, z >= 0), 2 + e, out=out)"),
    ("activations", "np.divide(np.maximum(e, z >= 0), 1 + e, out=out)", "np.divide(1, 1 + np.exp(-z), out=out)"),
    ("activations", "e = np.exp(np.minimum(z, -z))", "e = np.exp(np.maximum(z, -z))"),
    ("activations", "e = np.exp(np.minimum(z, -z))", "e = np.exp(-abs(z))"),
    ("activations", "return np.multiply(y, np.subtract(1, y, out=out), out=out)", "return np.multiply(y, np.add(1, y, out=out), out=out)"),
    ("activations", "return np.multiply(y, np.subtract(1, y, out=out), out=out)", "return np.subtract(1, y, out=out)"),
    ("activations", "return np.multiply(y, np.subtract(1, y, out=out), out=out)", "return np.multiply(Sigmoid._value(self, y, None), 1 - Sigmoid._value(self, y, None), out=out)"),
    ("activations", "return np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)", "return np.subtract(1, y, out=out)"),
    ("activations", "return np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)", "return np.subtract(1, y * y, out=out)"),
    ("activations", "return np.multiply(np.subtract(1, y, out=out), 1 + y, out=out)", "return np.subtract(1, np.tanh(y) ** 2, out=out)"),
    ("activations", "return np.tanh(z, out=out)", "return np.tanh(z / 2, out=out)"),
    ("activations", "return z.clip(0, np.inf, out=out)", "return z.clip(-np.inf, 0, out=out)"),
    ("activations", "return z.clip(0, np.inf, out=out)", "return z.clip(1e-30, np.inf, out=out)"),
    ("activations", "return z.clip(0, np.inf, out=out)", "return z.clip(0, 1e30, out=out)"),
    ("activations", "return np.greater(y, 0, out=", "return np.greater_equal(y, 0, out="),
    ("activations", "return np.greater(y, 0, out=", "return np.greater(y, 1e-30, out="),
    ("activations", "        result[np.isnan(y)] = np.nan", "        pass"),
    ("activations", "np.maximum if self.alpha <= 1 else np.minimum", "np.maximum"),
    ("activations", "self._pick(z, self.alpha * z, out=out)", "self._pick(z, 0.2 * z, out=out)"),
    ("activations", "return np.add(step, self.alpha * (1 - step), out=out)", "return np.add(step, self.alpha * step, out=out)"),
    ("activations", "return np.add(step, self.alpha * (1 - step), out=out)", "return np.multiply(1 - step, self.alpha, out=out)"),
    ("activations", "return np.multiply(grad_y, self._derivative(y, scratch), out=out)", "return np.multiply(y, self._derivative(y, scratch), out=out)"),
    ("activations", "out = np.subtract(z, np.maximum.reduce(z, axis=self.axis, keepdims=True), out=out)", "out = np.positive(z, out=out)"),
    ("activations", "out /= np.add.reduce(out, axis=self.axis, keepdims=True)", "out /= np.add.reduce(out, axis=0, keepdims=True)"),
    ("activations", "out /= np.add.reduce(out, axis=self.axis, keepdims=True)", "out /= np.add.reduce(out, axis=-1, keepdims=True)"),
    ("activations", "np.add.reduce(np.multiply(grad_y, y, out=scratch), axis=self.axis, keepdims=True)", "np.add.reduce(grad_y, axis=self.axis, keepdims=True)"),
    ("activations", "return np.multiply(np.subtract(grad_y, mean, out=scratch), y, out=out)", "return np.multiply(np.add(grad_y, mean, out=scratch), y, out=out)"),
    ("activations", "return np.multiply(np.subtract(grad_y, mean, out=scratch), y, out=out)", "return np.multiply(grad_y, y * (1 - y), out=out)"),
    ("losses", "return np.subtract(y_pred, y_true, out=out)", "return np.add(y_pred, y_true, out=out)"),
    ("losses", "return np.square(error, out=out)", "return np.abs(error, out=out)"),
    ("losses", "return np.divide(error, count / 2, out=out)", "return np.divide(error, count, out=out)"),
    ("losses", "return np.subtract(y_pred, y_true, out=out)", "return np.subtract(y_true, y_pred, out=out)"),
    ("losses", "        return units\n", "        return 1\n"),
    ("losses", "        return 1\n\n    def _common", "        return units\n\n    def _common"),
    ("losses", "np.add.reduce(terms, axis=1) / self._terms_per_sample(terms.shape[1])", "np.add.reduce(terms, axis=1)"),
    ("losses", "return len(terms) * self._terms_per_sample(terms.shape[1])", "return self._terms_per_sample(terms.shape[1])"),
    ("losses", "axis=(0, 1)) / self._count(terms)", "axis=(0, 1))"),
    ("losses", "return len(terms) * self._terms_per_sample(terms.shape[1])", "return len(terms)"),
    ("losses", "out -= y_true\n            out /= count", "out -= y_true"),
    ("losses", "out=out)\n        out /= count", "out=out)"),
    ("losses", "value, self._derivative(y_true, common, self._count(y_pred), out)", "value, self._derivative(y_true, common, len(y_pred), out)"),
    ("losses", "return np.subtract(y_pred, np.maximum.reduce(y_pred, axis=1, keepdims=True), out=out)", "return np.positive(y_pred, out=out)"),
    ("losses", "return np.subtract(y_pred, np.maximum.reduce(y_pred, axis=1, keepdims=True), out=out)", "return np.subtract(y_pred, np.maximum.reduce(y_pred, axis=0, keepdims=True), out=out)"),
    ("losses", "others = np.multiply(np.exp(common, out=out), smaller, out=out)", "others = np.exp(common, out=out)"),
    ("losses", "np.subtract(log_sum, common, out=out)", "np.add(log_sum, common, out=out)"),
    ("losses", "log_sum = np.log1p(equal, out=equal)", "log_sum = np.log(1 + equal, out=equal)"),
    ("losses", "equal = common.shape[1] - 1 - np", "equal = common.shape[1] - np"),
    ("losses", "equal += np.add", "equal = np.add"),
    ("losses", "return -_times(y_true, np.log, common)\n", "return _times(y_true, np.log, common)\n"),
    ("losses", "return -_times(y_true, np.log, common)\n", "return -_times(y_true, np.log, common.clip(1e-7, 1))\n"),
    ("losses", "out = _SOFTMAX._value(common, out)\n            out -= y_true", "out = _SOFTMAX._value(common, out)\n            out += y_true"),
    ("losses", "np.divide(_quotient(y_true, common), -count, out=out)", "np.divide(_quotient(y_true, common), count, out=out)"),
    ("losses", "np.divide(_quotient(y_true, common), -count, out=out)", "np.divide(_quotient(y_true, common.clip(1e-7, 1)), -count, out=out)"),
    ("losses", "np.maximum(y_pred, 0) - y_pred * y_true", "np.maximum(y_pred, 0) + y_pred * y_true"),
    ("losses", "np.log1p(np.exp(np.minimum(y_pred, -y_pred)))", "np.log1p(np.exp(-y_pred))"),
    ("losses", "np.log1p(np.exp(np.minimum(y_pred, -y_pred)))", "np.log(1 + np.exp(np.minimum(y_pred, -y_pred)))"),
    ("losses", "- _times(1 - y_true, np.log1p, -y_pred)", "- _times(1 - y_true, np.log, 1 - y_pred)"),
    ("losses", "- _times(1 - y_true, np.log1p, -y_pred)", "+ _times(1 - y_true, np.log1p, -y_pred)"),
    ("losses", "out = activations.sigmoid._value(y_pred, out)\n            out -= y_true", "out = activations.sigmoid._value(y_pred, out)\n            out += y_true"),
    ("losses", "np.subtract(_quotient(1 - y_true, 1 - y_pred), _quotient(y_true, y_pred), out=out)", "np.add(_quotient(1 - y_true, 1 - y_pred), _quotient(y_true, y_pred), out=out)"),
    ("losses", "return y_true / sums", "return y_true"),
    ("losses", "return y * result", "return y * np.log(p)"),
    ("losses", "logarithm(p, out=result, where=y != 0)", "logarithm(p, out=result)"),
    ("losses", "return type(self)(from_logits=True)", "return self"),
    ("regularizers", "return cast(self.strength, weights) * np.add.reduce(np.maximum(weights, -weights), axis=axis)", "return np.add.reduce(np.maximum(weights, -weights), axis=axis)"),
    ("regularizers", "return cast(self.strength, weights) * np.add.reduce(np.maximum(weights, -weights), axis=axis)", "return cast(self.strength, weights) * np.add.reduce(weights, axis=axis)"),
    ("regularizers", "return cast(self.strength, weights) * np.add.reduce(np.maximum(weights, -weights), axis=axis)", "return cast(self.strength, weights) * np.add.reduce(np.maximum(weights, -weights), axis=None)"),
    ("regularizers", "return np.multiply(cast(self.strength, weights), np.sign(weights))", "return np.multiply(cast(-self.strength, weights), np.sign(weights))"),
    ("regularizers", "return np.multiply(cast(self.strength, weights), np.sign(weights))", "return np.multiply(cast(self.strength, weights), np.where(weights < 0, -1, 1))"),
    ("regularizers", "return np.multiply(cast(self.strength, weights), np.sign(weights))", "return np.multiply(self.strength, np.sign(weights))"),
    ("regularizers", "return cast(self.strength / 2, weights) * np.add.reduce", "return cast(self.strength, weights) * np.add.reduce"),
    ("regularizers", "return np.multiply(cast(self.strength, weights), weights)", "return np.multiply(cast(2 * self.strength, weights), weights)"),
    ("regularizers", "return self.l1._penalty(weights, axis) + self.l2._penalty(weights, axis)", "return self.l1._penalty(weights, axis) - self.l2._penalty(weights, axis)"),
    ("regularizers", "return np.add(self.l1._gradient(weights), self.l2._gradient(weights))", "return self.l2._gradient(weights)"),
    ("schedules", "return self.initial_learning_rate * self.decay_rate**exponent", "return self.initial_learning_rate**exponent"),
    ("schedules", "return self.initial_learning_rate * self.decay_rate**exponent", "return self.initial_learning_rate * self.decay_rate ** (exponent + 1)"),
    ("schedules", "exponent = number(\"epoch\", epoch, low=0) / self.decay_steps", "exponent = number(\"epoch\", epoch, low=0) * self.decay_steps"),
    ("schedules", "else math.floor(exponent)", "else math.ceil(exponent)"),
    ("schedules", "np.floor(exponent) if", "np.ceil(exponent) if"),
    ("schedules", "(1 + self.decay_rate * number(\"epoch\", epoch, low=0) / self.decay_steps)", "(1 + self.decay_rate / self.decay_steps)"),
    ("schedules", "(1 + np.cos(np.pi * fraction)) / 2", "(1 - fraction)"),
    ("schedules", "(1 + np.cos(np.pi * fraction)) / 2", "(1 + np.cos(np.pi * fraction))"),
    ("schedules", "fraction = np.minimum(number(\"epoch\", epoch, low=0) / self.decay_steps, 1)", "fraction = np.float64(number(\"epoch\", epoch, low=0) / self.decay_steps)"),
    ("optimizers", "np.multiply(value, cast(1 - beta, value), out=scratch)", "np.multiply(value, 1, out=scratch)"),
    ("optimizers", "np.multiply(value, cast(1 - beta, value), out=scratch)", "np.multiply(value, 0.1, out=scratch)"),
    ("optimizers", "    mean *= cast(beta, mean)\n", "    mean *= cast(1 - beta, mean)\n"),
    ("optimizers", "w -= update", "w -= 2 * update"),
    ("optimizers", "    mean *= cast(beta, mean)\n", "    mean *= 0.9\n"),
    ("optimizers", "return np.multiply(gradient, cast(self._rate, out), out=out)", "return np.multiply(gradient, cast(-self._rate, out), out=out)"),
    ("optimizers", "return np.multiply(m, cast(self._rate, out), out=out)", "return np.multiply(gradient, cast(self._rate, out), out=out)"),
    ("optimizers", "_average(m, gradient, self.beta, out)", "_average(m, gradient, 0.9, out)"),
    ("optimizers", "V += np.square(gradient, out=out)", "V[...] = np.square(gradient, out=out)"),
    ("optimizers", "V += np.square(gradient, out=out)\n        epsilon = cast(self.epsilon, V)\n        np.sqrt(np.add(V, epsilon, out=out), out=out)", "V += np.square(gradient, out=out)\n        epsilon = cast(self.epsilon, V)\n        np.add(np.sqrt(V, out=out), epsilon, out=out)"),
    ("optimizers", "self.rho, out)\n        epsilon = cast(self.epsilon, V)\n        np.sqrt(np.add(V, epsilon, out=out), out=out)", "self.rho, out)\n        epsilon = cast(self.epsilon, V)\n        np.add(np.sqrt(V, out=out), epsilon, out=out)"),
    ("optimizers", "self.rho, out)\n        epsilon = cast(self.epsilon, V)\n        np.sqrt(np.add(V, epsilon, out=out), out=out)", "self.rho, out)\n        epsilon = cast(self.epsilon, V)\n        np.add(V, epsilon, out=out)"),
    ("optimizers", "_average(V, np.square(gradient, out=out), self.rho, out)", "_average(V, np.square(gradient, out=out), 0.9, out)"),
    ("optimizers", "_average(V, np.square(gradient, out=out), self.rho, out)", "_average(V, np.abs(gradient, out=out), self.rho, out)"),
    ("optimizers", "        return self.initial_accumulator_value", "        return 0"),
    ("optimizers", "t = self.iterations\n", "t = self.iterations + 1\n"),
    ("optimizers", "t = self.iterations\n", "t = 1\n"),
    ("optimizers", "_average(m, gradient, self.beta_1, out)", "_average(m, gradient, 0.9, out)"),
    ("optimizers", "_average(V, np.square(gradient, out=out), self.beta_2, out)", "_average(V, np.square(gradient, out=out), 0.999, out)"),
    ("optimizers", "np.add(np.sqrt(V, out=out), epsilon, out=out)\n        _divide(m", "np.sqrt(np.add(V, epsilon, out=out), out=out)\n        _divide(m"),
    ("optimizers", "np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)", "1"),
    ("optimizers", "np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)", "(1 - self.beta_2**t) / (1 - self.beta_1**t)"),
    ("optimizers", "np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)", "np.sqrt(1 - 0.999**t) / (1 - self.beta_1**t)"),
    ("optimizers", "np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)", "np.sqrt(1 - self.beta_2**t) / (1 - 0.9**t)"),
    ("optimizers", "root[numerator == 0] = 1", "root[root == 0] = 1"),
    ("optimizers", "    if not (epsilon.all() if epsilon.ndim else epsilon):\n", "    if False:\n"),
    ("optimizers", "w -= update", "w += update"),
    ("optimizers", "moved = np.subtract(w, update, out=update)", "moved = np.add(w, update, out=update)"),
    ("optimizers", "self.iterations += 1", "self.iterations += 2"),
    ("optimizers", "self._rate = self.schedule(epoch)", "self._rate = self.schedule(epoch + 1)"),
    ("optimizers", "self._scratch.dtype != parameters.dtype", "False"),
    ("affine", "out += layer.b", "out -= layer.b"),
    ("affine", "    np.dot(b.T, a.T, out=out.T)\n", "    np.dot(-b.T, a.T, out=out.T)\n"),
    ("affine", "        np.dot(x.T, delta, out=out.W)", "        np.dot(-x.T, delta, out=out.W)"),
    ("affine", "        np.dot(x.T, delta, out=out.W)", "        np.dot((np.abs(x) + 1).T, delta, out=out.W)"),
    ("affine", "        np.dot(self._ones, delta, out=out.b)", "        out.b[...] = delta.mean(axis=0)"),
    ("affine", "return _multiply(delta, layer.W.T, out)", "return _multiply(delta, layer.W.reshape(layer.W.T.shape), out)"),
    ("affine", "return _multiply(delta, layer.W.T, out)", "return _multiply(delta, np.ones_like(layer.W.T), out)"),
    ("affine", "np.ones(shape, self._dtype)", "np.zeros(shape, self._dtype)"),
    ("affine", "np.matmul(x, W.transpose(1, 0, 2), out=", "np.matmul(x, -W.transpose(1, 0, 2), out="),
    ("affine", "np.einsum(\"bik,iok->bok\", x, W, out=out)", "np.einsum(\"bik,iok->bok\", abs(x), W, out=out)"),
    ("affine", "np.einsum(\"bik,bok->iok\", x, delta, out=dW)", "np.einsum(\"bik,bok->iok\", abs(x), delta, out=dW)"),
    ("affine", "np.multiply(delta, W[:, 0], out=out)", "np.multiply(delta, abs(W[:, 0]), out=out)"),
    ("affine", "np.einsum(\"bok,iok->bik\", delta, W, out=out)", "np.einsum(\"bok,iok->bik\", delta, abs(W), out=out)"),
    ("affine", "        with_ones[:, -1] = 1\n", "        with_ones[:, -1] = -1\n"),
    ("affine", "self._front(\"delta\", delta).transpose(0, 2, 1), dW", "abs(self._front(\"delta\", delta)).transpose(0, 2, 1), dW"),
    ("affine", "self._front(\"W\", W), self._front(\"delta\", delta), out", "self._front(\"W\", W), abs(self._front(\"delta\", delta)), out"),
    ("lockstep", "values[list(history.frozen)] = np.nan", "pass"),
    ("lockstep", "gradient[:, self.frozen] = 0", "pass"),
    ("lockstep", "moved[:, self.frozen] = w[:, self.frozen]", "moved[:, self.frozen] = 0"),
    ("lockstep", "slot[:, diverged] = np.broadcast_to(self.optimizer._first(name), diverged.shape)[diverged]", "pass"),
    ("lockstep", "slot[:, diverged] = np.broadcast_to(self.optimizer._first(name), diverged.shape)[diverged]", "slot[...] = 0"),
    ("lockstep", "slot[:, diverged] = np.broadcast_to(self.optimizer._first(name), diverged.shape)[diverged]", "slot[:, diverged] = 0"),
    ("lockstep", "all(group.frozen.all() for group in self._groups)", "any(group.frozen.all() for group in self._groups)"),
    ("lockstep", "        self.parameters[...] = ensemble.parameters[:, self.part]", "        pass"),
    ("lockstep", "ensemble.parameters[:, self.part] = self.parameters", "pass"),
    ("lockstep", "            optimizer.state[name][:, self.part] = slot", "            pass"),
    ("lockstep", "        optimizer.iterations = self.optimizer.iterations", "        pass"),
    ("lockstep", "            self._optimizer.begin_epoch(epoch)", "            pass"),
    ("lockstep", "buffers.setdefault(part.stop - part.start, {})", "None"),
    ("lockstep", "buffers.setdefault(part.stop - part.start, {})", "buffers.setdefault(0, {})"),
    ("lockstep", "history.frozen[self.part.start + member] = Frozen", "history.frozen[member] = Frozen"),
    ("lockstep", "joined[name][group.part] = values", "joined[name][:] = np.resize(values, self.members)"),
    ("lockstep", "optimizer._pick(self.part)", "optimizer._pick(slice(0, self.part.stop - self.part.start))"),
    ("lockstep", "regularizer._pick(self.part.start if self._alone else self.part)", "regularizer._pick(0 if self._alone else slice(0, self.part.stop - self.part.start))"),
    ("settings", "return np.asarray(value, like.dtype)", "return np.asarray(value)"),
    ("network", "            activation._value(y, y)", "            self.activations[0]._value(y, y)"),
    ("network", "activations[i - 1]._backward(grad_y, outputs[i - 1], grad_y, scratch[i - 1])", "activations[i]._backward(grad_y, outputs[i - 1], grad_y, scratch[i - 1])"),
    ("network", "activations[i - 1]._backward(grad_y, outputs[i - 1], grad_y, scratch[i - 1])", "pass"),
    ("network", "sum((a + 1) * b for a, b in zip(self.widths, self.widths[1:]))", "sum((b + 1) * a for a, b in zip(self.widths, self.widths[1:]))"),
    ("objective", "self.activations[-1]._backward(grad_y, outputs, grad_y, scratch)", "pass"),
    ("objective", "for W, (dW, *_) in zip(self.net.weights, self._gradients):\n", "for W, (dW, *_) in zip(self.net.weights[1:], self._gradients[1:]):\n"),
    ("objective", "for W, (dW, *_) in zip(self.net.weights, self._gradients):\n", "for W, (_, dW, _) in zip(self.net.biases, self._gradients):\n"),
    ("objective", "held is None or (training and not held.deltas)", "held is None"),
    ("objective", "dW += self.regularizer._gradient(W)", "dW -= self.regularizer._gradient(W)"),
    ("objective", "for W in self.net.weights))", "for W in self.net.weights[1:]))"),
    ("objective", "for W in self.net.weights))", "for W in self.net.weights[-1:]))"),
]  # fmt: skip

# Mutants that compute the same, with the reason; they are run too, and must survive
EQUIVALENT = [
    ("affine", "        np.dot(self._ones, delta, out=out.b)", "        np.add.reduce(delta, axis=0, out=out.b)", "the same sum in another order"),
    ("affine", "< 1.75 + members / 32", "< 9", "both forms of a product of members compute the same"),
    ("affine", "units >= WIDE * self._batch", "units < 0", "the order in memory changes no number"),
    ("lockstep", "ALONE = 1 << 18", "ALONE = 1 << 8", "a member trained alone computes the same"),
    ("lockstep", "GROUP_BYTES = 8 << 20", "GROUP_BYTES = 1 << 12", "members do not depend on their group"),
    ("objective", "0.0 if self.loss.from_logits", "-0.0 if self.loss.from_logits", "a comparison with either zero is the same"),
    ("optimizers", "SLICE = 1 << 16", "SLICE = 1 << 14", "an element's steps do not depend on the others in its slice"),
]  # fmt: skip

# pytest's exit status where tests failed, and where a module could not be imported
KILLED, TIMEOUT = (1, 2), 600


def stands(room, old):
    """Return whether the text stands in the room exactly once."""
    return (ROOT / "npnet" / f"{room}.py").read_text(encoding="utf-8").count(old) == 1


def suite(folder, room):
    """Return whether the fast suite is red in `folder`: the room's own tests first, then all others."""
    room = {"affine": "ensemble", "lockstep": "ensemble", "settings": "ensemble", "objective": "network"}.get(
        room, room
    )
    own = f"tests/test_{room}.py"
    rest = [
        "tests",
        "--ignore",
        "tests/reference",
        "--ignore",
        "tests/study",
        "--ignore",
        "tests/benchmarks",
        "--ignore",
        "tests/derivations",
        "--deselect",
        own,
    ]
    for selection in ([own], rest):
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-o", "addopts=", *selection]
        status = subprocess.run(command, cwd=folder, capture_output=True, timeout=TIMEOUT).returncode
        if status in KILLED:
            return True
        if status != 0:
            raise RuntimeError(f"pytest ended with status {status}, which says nothing about a mutant")
    return False


def run(mutants, processes):
    """Yield each mutant with whether it was killed, as they come."""
    from rich.progress import track

    folders = SimpleQueue()
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(processes) as pool:
        for i in range(processes):
            copy = Path(scratch) / str(i)
            ignored = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__", ".*_cache")
            shutil.copytree(ROOT, copy, ignore=ignored)
            folders.put(copy)

        def killed(mutant):
            room, old, new = mutant[:3]
            folder = folders.get()
            file = folder / "npnet" / f"{room}.py"
            original = file.read_text(encoding="utf-8")
            try:
                file.write_text(original.replace(old, new), encoding="utf-8")
                return suite(folder, room)
            finally:
                file.write_text(original, encoding="utf-8")
                folders.put(folder)

        yield from zip(mutants, track(pool.map(killed, mutants), "mutants", total=len(mutants), transient=True))


def main(arguments=None):
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default="", metavar="ROOM", help="only the mutants of this room")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    options = parser.parse_args(arguments)
    chosen = [mutant for mutant in MUTANTS if options.only in mutant[0]]
    equivalent = [mutant for mutant in EQUIVALENT if options.only in mutant[0]]
    missing = [mutant for mutant in chosen + equivalent if not stands(*mutant[:2])]
    for room, old, *_ in missing:
        print(f"{room}: not found exactly once: {old}")
    if missing or not chosen:
        return 2
    # The control: a suite that is red by itself would kill everything
    control = ("activations", "import numpy as np\n", "import numpy as np\n\n", "nothing is changed")
    dead = dict(run([control, *chosen, *equivalent], options.processes))
    if dead[control]:
        print("the suite fails without any mutant")
        return 2
    survivors = [mutant for mutant in chosen if not dead[mutant]]
    for room, old, new in survivors:
        print(f"SURVIVED in {room}:\n  {old}\n  {new}")
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants killed; equivalent ones:")
    for mutant in equivalent:
        room, old, new, why = mutant
        print(f"  {room}: {old} -> {new}: {why}{'; KILLED all the same' if dead[mutant] else ''}")
    return int(bool(survivors) or any(dead[mutant] for mutant in equivalent))


if __name__ == "__main__":
    sys.exit(main())
