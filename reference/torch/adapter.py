"""PyTorch's side of a check."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import nn

from npnet import MLP
from npnet.losses import CategoricalCrossentropy, KLDivergence, Loss, of_output
from npnet.optimizers import Adam, Optimizer

from ..bounds.losses import folded, kind
from ..bounds.saturation import Limited
from ..checking.adapter import Adapter, Reason, Setting, Trained, compared_with
from . import losses, models, optimizers
from .chain import chain
from .rules import PYTORCHS


class TorchAdapter(Adapter):
    """A PyTorch model; its arguments are those of `adapter`."""

    def __init__(self, model: nn.Module, net: MLP | None, loss: Any, optimizer: Any) -> None:
        self.framework = f"PyTorch {torch.__version__}"
        self.model, self.parts = model, chain(model)
        self.on_logarithms = bool(self.parts) and type(self.parts[-1]) is nn.LogSoftmax
        own = self._own(loss, optimizer)
        self.parameters = None if net is None else own.parameters
        says_its_loss = net is not None and net.loss != of_output(net.activations[-1])
        net = own if net is None else compared_with(net, own)
        usual = net.loss
        if self.on_logarithms and type(usual) not in (CategoricalCrossentropy, KLDivergence):
            usual = own.loss
        if not isinstance(loss, nn.Module):
            usual = usual if loss is None else loss
            # Of a net that ends with a softmax as of one whose softmax is in the loss
            net.loss = _on_logits(net, usual)
            loss = self._counterpart(_on_logits(own, usual))
        elif says_its_loss:
            net.loss = _on_logits(net, net.loss)
        elif net.activations[-1].name == own.activations[-1].name:
            net.loss = own.loss
        self.torch_loss, self.hard_labels = loss, isinstance(loss, nn.NLLLoss)
        self.setting = Setting(net, net.loss, self.optimizer)
        if self.optimizer is not None:
            # What has no counterpart is refused here: in a line it would look like PyTorch's own error
            self._fresh_optimizer(list(models.slots(self.parts)))

    def _own(self, loss: Any, optimizer: Any) -> MLP:
        """Return the model's own net, and keep the optimizer; both may be PyTorch's."""
        theirs = nn.NLLLoss() if self.on_logarithms and not isinstance(loss, nn.Module) else loss
        theirs = theirs if isinstance(theirs, nn.Module) else None
        self.torch_optimizer = optimizer if isinstance(optimizer, torch.optim.Optimizer) else None
        if self.torch_optimizer is None:
            self.optimizer = optimizer
            return models.from_torch(self.model, loss=theirs)
        net, made = models.from_torch(self.model, optimizer, theirs)
        self.optimizer = made.clone()
        return net

    def _counterpart(self, loss: Loss) -> Any:
        if self.on_logarithms:
            return nn.KLDivLoss(reduction="batchmean") if type(loss) is KLDivergence else nn.NLLLoss()
        if type(loss) is CategoricalCrossentropy:
            # On probabilities torch.nn has none; users take the logarithm themselves
            return lambda p, y: -torch.xlogy(y, p).sum() / len(p)
        return losses.to_torch(loss)

    def _labels(self, y: Any) -> torch.Tensor:
        return torch.tensor(y.argmax(axis=1) if self.hard_labels else y)

    def outputs(self, x: Any) -> list[Any]:
        """Return the output of each layer, the last one's from the model itself."""
        found: list[Any] = []
        with torch.no_grad():
            y = torch.tensor(x)
            for part in self.parts:
                y = part(y)
                if type(part) is nn.Linear:
                    found.append(y)
                elif found:
                    found[-1] = y
            found[-1] = self.model(torch.tensor(x))
        if self.on_logarithms:
            found[-1] = found[-1].exp()
        return [y.numpy() for y in found]

    def loss(self, x: Any, y: Any) -> float:
        """Return the loss of a batch."""
        with torch.no_grad():
            return float(self.torch_loss(self.model(torch.tensor(x)), self._labels(y)))

    def loss_gradient(self, x: Any, y: Any) -> Any:
        """Return the gradient of the loss by the outputs, or by the logits where npnet folds."""
        last = max(i for i, part in enumerate(self.parts) if type(part) is nn.Linear)
        with torch.no_grad():
            z = torch.tensor(x)
            for part in self.parts[: last + 1]:
                z = part(z)
        activation = self.setting.net.activations[-1]
        folds = folded(self.setting.loss, activation)[1] is not activation
        # A copy, which activations may work on in place
        predicted = z.requires_grad_().clone()
        for part in self.parts[last + 1 :]:
            predicted = part(predicted)
        (gradient,) = torch.autograd.grad(self.torch_loss(predicted, self._labels(y)), z if folds else predicted)
        return gradient.numpy()

    def gradient(self, x: Any, y: Any) -> Any:
        """Return the gradient of the loss by all parameters."""
        value = self.torch_loss(self.model(torch.tensor(x)), self._labels(y))
        slots = list(models.slots(self.parts))
        found = torch.autograd.grad(value, [slot.parameter for slot in slots])
        return optimizers.joined([(slot, array.numpy()) for slot, array in zip(slots, found)])

    def _fresh_optimizer(self, slots: list[Any], decays: bool = True) -> torch.optim.Optimizer:
        """Return an optimizer of these parameters, with the penalty of its weight decay or without."""
        if self.torch_optimizer is not None:
            originals = [slot.parameter for slot in models.slots(self.parts)]
            return optimizers.copied(self.torch_optimizer, originals, [slot.parameter for slot in slots], decays)
        optimizer = self.setting.optimizer
        if type(optimizer) in PYTORCHS:
            optimizer = _torchs(optimizer)
        # The penalty of a net that the model is compared with is none of the model's
        return optimizers.to_torch(optimizer.clone(), slots, _without_penalty(self.setting).net)

    def optimizer_steps(self, parameters: Any, gradients: Any) -> Any:
        """Return the parameters after one step for each gradient."""
        slots = list(models.slots(copy.deepcopy(self.parts)))
        optimizers.assign(slots, parameters)
        optimizer = self._fresh_optimizer(slots, decays=False)
        for gradient in gradients:
            for slot, part in zip(slots, optimizers.parts(gradient, slots)):
                # Laid out as the parameter is, which fused steps take for granted
                slot.parameter.grad = torch.empty_like(slot.parameter).copy_(torch.tensor(part))
            optimizer.step()
        return optimizers.joined([(slot, slot.parameter.detach().numpy()) for slot in slots])

    def train(self, batches: Sequence[tuple[Any, Any]]) -> Trained:
        """Return the record of a loop over the batches, of a copy of the model."""
        model = copy.deepcopy(self.model)
        slots = list(models.slots(chain(model)))
        optimizer, parameters, values = self._fresh_optimizer(slots), [], []
        for x, y in batches:
            optimizer.zero_grad()
            value = self.torch_loss(model(torch.tensor(x)), self._labels(y))
            value.backward()
            optimizer.step()
            values.append(value.item())
            parameters.append(optimizers.joined([(slot, slot.parameter.detach().numpy()) for slot in slots]))
        return Trained(parameters, values)

    def _probabilities(self, net: MLP, x: Any) -> Any:
        """Return what PyTorch makes of a net's parameters."""
        model = copy.deepcopy(self.model)
        optimizers.assign(list(models.slots(chain(model))), net.parameters)
        with torch.no_grad():
            return model(torch.tensor(x)).numpy()

    def reasons(self) -> list[Reason]:
        """Return what is known of PyTorch."""
        optimizer, found = self.setting.optimizer, []
        if type(optimizer) in PYTORCHS and optimizer.epsilon:
            text = f"PyTorch adds epsilon to the {'corrected ' if isinstance(optimizer, Adam) else ''}root"
            changed = partial(replace, optimizer=_torchs(optimizer))
            found.append(Reason(text, ("optimizer", "training"), changed))
        if self.setting.net.regularizer is not None and optimizers.decays(self.torch_optimizer):
            text = "PyTorch adds a weight decay in the optimizer's step, so that loss and gradient have no penalty"
            found.append(Reason(text, ("penalty", "loss", "gradient", "reported"), _without_penalty))
        if isinstance(self.torch_loss, nn.BCELoss) and kind(self.setting.loss) == "binary_crossentropy":
            text = "PyTorch takes BCELoss of rounded probabilities, with logarithms of -100 and more"
            limited = Limited(self.setting.loss, self.setting.net.dtype, self._probabilities)
            lines = ("loss", "loss gradient", "gradient", "training", "reported")
            found.append(Reason(text, lines, lambda before: replace(before, saturating=limited)))
        return found


def _without_penalty(setting: Setting) -> Setting:
    net = setting.net.copy()
    net.regularizer = None
    return replace(setting, net=net)


def _torchs(optimizer: Optimizer) -> Optimizer:
    """Return PyTorch's rule with the hyperparameters of npnet's."""
    return PYTORCHS[type(optimizer)](**optimizer.hyperparameters())


def _on_logits(own: MLP, loss: Loss) -> Loss:
    """Return a cross-entropy as PyTorch has it after a Linear layer: on logits."""
    is_plain = type(loss) is CategoricalCrossentropy and own.activations[-1].name == "identity"
    return CategoricalCrossentropy(from_logits=True) if is_plain else loss


def adapter(model: Any, net: MLP | None, loss: Any, optimizer: Any) -> TorchAdapter:
    """Return the adapter of a PyTorch model; the loss and the optimizer may be PyTorch's own."""
    return TorchAdapter(model, net, loss, optimizer)
