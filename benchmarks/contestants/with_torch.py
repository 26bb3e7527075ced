"""torch, executed line by line, with its own optimizers: fused where they can be."""

from typing import Any

import numpy as np
import torch

from benchmarks.cases import Arrays, Case, Formula, Prediction, Training
from benchmarks.contestants.base import Call, CannotExpressError, Contestant
from npnet.activations import Activation, LeakyReLU
from npnet.optimizers import SGD, SGDM, Adagrad, Adam, Optimizer, RMSProp
from npnet.regularizers import L2

F = torch.nn.functional
ACTIVATIONS = {
    "identity": lambda z: z, "relu": F.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh,
    "softmax": lambda z: F.softmax(z, dim=1),
}  # fmt: skip


def make(name: str, case: Case, arrays: Arrays) -> Contestant:
    """Return the contestant for a case."""
    if isinstance(case, Training):
        return Trainer(case, arrays)
    if isinstance(case, Prediction):
        return _predictor(case, arrays)
    if isinstance(case, Formula):
        return Step(case, arrays) if isinstance(case.formula, Optimizer) else _formula(case, arrays)
    raise CannotExpressError("torch's eager mode trains one net at a time")


def optimizer(rule: Optimizer, parameters: list[Any]) -> Any:
    """Return torch's optimizer for npnet's."""
    lr = rule.learning_rate
    if isinstance(rule, SGD):
        return torch.optim.SGD(parameters, lr, fused=True)
    if isinstance(rule, SGDM):
        # The rate, not `dampening`, carries 1 - beta: torch does not dampen the first gradient
        return torch.optim.SGD(parameters, lr * (1 - rule.beta), momentum=rule.beta, fused=True)
    if isinstance(rule, Adagrad):
        return torch.optim.Adagrad(parameters, lr, eps=rule.epsilon, fused=True)
    if isinstance(rule, RMSProp):
        return torch.optim.RMSprop(parameters, lr, alpha=rule.rho, eps=rule.epsilon)
    assert isinstance(rule, Adam)
    return torch.optim.Adam(parameters, lr, (rule.beta_1, rule.beta_2), rule.epsilon, fused=True)


class Trainer(Contestant):
    """The usual loop: `zero_grad`, forward, `backward`, `step`."""

    case: Training

    def __init__(self, case: Training, arrays: Arrays) -> None:
        super().__init__(case, arrays)
        self.model, self.net = _linear_layers(case), case.net()
        x, y, size = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["y"]), case.batch_size
        self.batches = [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]
        self.test_data = [torch.from_numpy(arrays[name]) for name in ("x_test", "y_test") if name in arrays]
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights."""
        _set(self.model, self.net)
        self.optimizer = optimizer(self.case.optimizer, list(self.model.parameters()))

    def _loss(self, logits: Any, y: Any) -> Any:
        if self.case.loss == "categorical_crossentropy":
            loss = F.cross_entropy(logits, y)
        else:
            loss = F.mse_loss(ACTIVATIONS[self.case.output](logits), y)
        if isinstance(self.case.regularizer, L2):
            loss = loss + self.case.regularizer.strength / 2 * sum(layer.weight.square().sum() for layer in self.model)
        return loss

    def _logits(self, x: Any) -> Any:
        return _logits(self.model, ACTIVATIONS[self.case.hidden], x)

    def run(self, units: int) -> None:
        """Train."""
        for _ in range(units):
            total = 0.0
            for x, y in self.batches:
                self.optimizer.zero_grad()
                loss = self._loss(self._logits(x), y)
                loss.backward()
                self.optimizer.step()
                total += loss.item()
            if self.test_data:
                self._test(*self.test_data)

    def _test(self, x: Any, y: Any) -> None:
        with torch.inference_mode():
            logits = self._logits(x)
            self._loss(logits, y).item()
            (logits.argmax(1) == y.argmax(1)).float().mean().item()

    def outcome(self) -> Any:
        """Return the parameters."""
        pairs = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in self.model]
        return np.concatenate([array.ravel() for pair in pairs for array in pair])


class Step(Contestant):
    """An optimizer's step on one flat parameter."""

    def reset(self) -> None:
        """Go back to the initial parameters."""
        assert isinstance(self.case, Formula)
        self.w = torch.nn.Parameter(torch.from_numpy(self.arrays["parameters"].copy()))
        self.w.grad = torch.from_numpy(self.arrays["gradient"])
        self.optimizer = optimizer(self.case.formula, [self.w])

    def run(self, units: int) -> None:
        """Take `units` steps."""
        for _ in range(units):
            self.optimizer.step()

    def outcome(self) -> Any:
        """Return the parameters."""
        return self.w.detach().numpy().copy()


def _linear_layers(case: Any) -> Any:
    return torch.nn.ModuleList([torch.nn.Linear(a, b) for a, b in zip(case.widths, case.widths[1:])])


def _set(model: Any, net: Any) -> None:
    with torch.no_grad():
        for layer, W, b in zip(model, net.weights, net.biases):
            layer.weight.copy_(torch.from_numpy(W.T))
            layer.bias.copy_(torch.from_numpy(b))


def _logits(model: Any, hidden: Any, x: Any) -> Any:
    for layer in model[:-1]:
        x = hidden(layer(x))
    return model[-1](x)


def _predictor(case: Prediction, arrays: Arrays) -> Contestant:
    model, x = _linear_layers(case), arrays["x"]
    _set(model, case.net())

    @torch.inference_mode()
    def predict() -> Any:
        return F.softmax(_logits(model, F.relu, torch.from_numpy(x)), dim=1).numpy()

    return Call(case, arrays, predict)


def _formula(case: Formula, arrays: Arrays) -> Contestant:
    formula = case.formula
    if isinstance(formula, Activation):
        z, other = torch.from_numpy(arrays["z"]), torch.from_numpy(arrays["grad_y"])
        if isinstance(formula, LeakyReLU):
            function = lambda z: F.leaky_relu(z, formula.alpha)  # noqa: E731
        else:
            function = ACTIVATIONS[formula.name]
    else:
        z, y, other = torch.from_numpy(arrays["p"]), torch.from_numpy(arrays["y"]), None
        known = {
            "MeanSquaredError": F.mse_loss,
            "SoftmaxCrossentropy": F.cross_entropy,
            "SigmoidCrossentropy": F.binary_cross_entropy_with_logits,
        }[type(formula).__name__]
        function = lambda p: known(p, y)  # noqa: E731
    if case.kind == "value":
        return Call(case, arrays, lambda: function(z).numpy())
    watched = z.clone().requires_grad_()
    return Call(case, arrays, lambda: torch.autograd.grad(function(watched), watched, other)[0].numpy())
