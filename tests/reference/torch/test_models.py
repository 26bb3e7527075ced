"""Nets to PyTorch models and back: their outputs, ten more steps in PyTorch, and all that is refused."""

import doctest
import re
import warnings
from importlib import import_module

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from npnet import MLP
from npnet.activations import ELU, SELU, LeakyReLU
from npnet.optimizers import (
    SGD,
    SGDM,
    Adagrad,
    Adam,
    AdamW,
    AMSGrad,
    CenteredRMSProp,
    CenteredRMSPropMomentum,
    Momentum,
    Nadam,
    Nesterov,
    RMSProp,
    RMSPropMomentum,
)
from npnet.regularizers import L1, L2
from npnet.schedules import ExponentialDecay
from reference import from_torch, to_torch
from reference.bounds.errors import output_bound
from reference.bounds.tolerance import assert_within
from reference.torch import activations, chain, models, rules
from reference.torch.activations import LeftSELU
from reference.torch.rules import CorrectedAdam, CorrectedAdamW, CorrectedAMSGrad, OuterAdagrad, OuterRMSProp
from tests.reference.steps import ROUNDINGS, npnet_steps, unit

DTYPES = ("float32", "float64")
ACTIVATIONS = [
    "identity", "sigmoid", "tanh", "relu", LeakyReLU(0.125), "softmax", "relu6", "softplus", ELU(0.5), LeftSELU(),
    "silu", "gelu", "gelu_tanh",
]  # fmt: skip


def data(dtype, features=3, units=2, batch=8):
    rng = np.random.default_rng(0)
    return rng.normal(size=(batch, features)).astype(dtype), rng.normal(size=(batch, units)).astype(dtype)


def torch_steps(model, optimizer, x, y, loss=None, steps=10):
    for _ in range(steps):
        optimizer.zero_grad()
        (loss or nn.MSELoss())(model(torch.tensor(x)), torch.tensor(y)).backward()
        optimizer.step()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_a_model_has_the_nets_outputs_and_comes_back_to_the_bit(activation, dtype):
    net = MLP([3, 5, 4], activation, activation, dtype=dtype, seed=0, bias_initializer="normal")
    x, _ = data(dtype)
    model = to_torch(net)
    theirs = model(torch.tensor(x)).detach().numpy()
    assert theirs.dtype == dtype
    wide = net.astype("longdouble")
    assert_within(theirs, wide.predict(x), output_bound(wide, x.astype("longdouble"), dtype))
    back = from_torch(model)
    assert (back.parameters == net.parameters).all()
    assert back.activations == net.activations
    assert back.dtype == dtype


OPTIMIZERS = [
    SGD(0.125), SGDM(0.125, 0.875), Adam(0.01, epsilon=0), RMSProp(0.01, epsilon=0), Adagrad(0.125, epsilon=0),
    CorrectedAdam(0.01, epsilon=0.125), OuterRMSProp(0.01, epsilon=0.125),
    OuterAdagrad(0.125, initial_accumulator_value=0.125, epsilon=0.125), Momentum(0.0625, 0.75),
    Nesterov(0.0625, 0.75), AdamW(0.01, epsilon=0, weight_decay=0.125), AMSGrad(0.01, beta_2=0.5, epsilon=0),
    CorrectedAdamW(0.01, epsilon=0.125, weight_decay=0.125), CorrectedAMSGrad(0.01, beta_2=0.5, epsilon=0.125),
    Nadam(0.01, epsilon=0.125, momentum_decay=0.004), RMSPropMomentum(0.01, epsilon=0, momentum=0.5),
    CenteredRMSProp(0.01, epsilon=0), CenteredRMSPropMomentum(0.01, epsilon=0, momentum=0.5),
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
@pytest.mark.parametrize("before", [0, 3])
def test_training_goes_on_in_torch_as_it_would_have_here_and_comes_back(before, optimizer, dtype):
    net, optimizer = MLP([3, 4, 2], "tanh", dtype=dtype, seed=0), optimizer.clone()
    x, y = data(dtype)
    npnet_steps(net, optimizer, x, y, before)
    model, theirs = to_torch(net, optimizer)
    npnet_steps(net, optimizer, x, y)
    torch_steps(model, theirs, x, y)
    back, returned = from_torch(model, theirs, nn.MSELoss())
    np.testing.assert_allclose(back.parameters, net.parameters, rtol=0, atol=ROUNDINGS * unit(dtype))
    if not isinstance(optimizer, Momentum):
        # The rate of SGDM is divided by 1 - beta, and multiplied again
        for name, value in optimizer.hyperparameters().items():
            assert getattr(returned, name) == pytest.approx(value, rel=4 * unit("float64"))
    npnet_steps(back, returned, x, y)
    torch_steps(model, theirs, x, y)
    np.testing.assert_allclose(back.parameters, from_torch(model).parameters, rtol=0, atol=ROUNDINGS * unit(dtype))


def test_the_slope_at_0_of_selu_is_torchs():
    model = nn.Sequential(nn.Linear(1, 1), nn.SELU()).double()
    nn.init.zeros_(model[0].bias)
    model(torch.zeros(1, 1).double()).sum().backward()
    (f,) = from_torch(model).activations
    assert f.derivative([0.0]) == model[0].bias.grad.numpy() != SELU().derivative([0.0])


def test_the_count_of_steps_comes_back():
    x, y = data("float64")
    model, theirs = to_torch(MLP([3, 2], dtype="float64", seed=0), CorrectedAdam(0.01))
    torch_steps(model, theirs, x, y, steps=7)
    assert from_torch(model, theirs)[1].iterations == 7


def test_nadam_of_float64_is_refused_where_its_product_is_float32():
    x, y = data("float64")
    model = to_torch(MLP([3, 2], dtype="float64", seed=0))
    theirs = torch.optim.NAdam(model.parameters())
    message = r"optimizer: expected a NAdam that multiplies its momentums in float64, got one in torch\.float32"
    with pytest.raises(ValueError, match=message):
        from_torch(model, theirs)
    torch_steps(model, theirs, x, y, steps=1)
    with pytest.raises(ValueError, match=message):
        from_torch(model, theirs)
    assert from_torch(*to_torch(MLP([3, 2], dtype="float64"), Nadam()))[1] == Nadam()


def test_rules_without_epsilon_are_npnets():
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(20, 5))
    pairs = [(Adam, CorrectedAdam), (AdamW, CorrectedAdamW), (AMSGrad, CorrectedAMSGrad)]
    for ours, like in (*pairs, (RMSProp, OuterRMSProp), (Adagrad, OuterAdagrad)):
        w, v = np.zeros(5), np.zeros(5)
        one, other = ours(0.125, epsilon=0), like(0.125, epsilon=0)
        for g in gradients:
            one.step(w, g)
            other.step(v, g)
        np.testing.assert_array_equal(w, v)


@pytest.mark.parametrize("momentum", [0, 0.875])
def test_dampening_is_carried_over_once_the_first_step_is_past(momentum):
    x, y = data("float64")
    model = to_torch(MLP([3, 4, 2], "tanh", dtype="float64", seed=0))
    theirs = torch.optim.SGD(model.parameters(), 0.125, momentum=momentum, dampening=0.75)
    if momentum:
        with pytest.raises(ValueError, match=r"optimizer: expected dampening=0, or a step that was taken, got .* 0.75"):
            from_torch(model, theirs)
    torch_steps(model, theirs, x, y, steps=1)
    net, optimizer = from_torch(model, theirs)
    npnet_steps(net, optimizer, x, y)
    torch_steps(model, theirs, x, y)
    np.testing.assert_allclose(net.parameters, from_torch(model).parameters, rtol=0, atol=ROUNDINGS * unit("float64"))


def test_weight_decay_of_weights_is_an_l2_penalty_of_their_layers():
    x, y = data("float64")
    model = to_torch(MLP([3, 4, 2], "tanh", dtype="float64", seed=0, bias_initializer="normal"))
    groups = [{"params": [model[0].weight], "weight_decay": 0.5}, {"params": [model[2].weight], "weight_decay": 0.25}]
    groups.append({"params": [model[0].bias, model[2].bias]})
    theirs = torch.optim.SGD(groups, 0.125, momentum=0.5)
    net, optimizer = from_torch(model, theirs)
    assert net.regularizer == (L2(0.5), L2(0.25))
    npnet_steps(net, optimizer, x, y)
    torch_steps(model, theirs, x, y)
    np.testing.assert_allclose(net.parameters, from_torch(model).parameters, rtol=0, atol=ROUNDINGS * unit("float64"))
    again, theirs = to_torch(net, optimizer)
    npnet_steps(net, optimizer, x, y)
    torch_steps(again, theirs, x, y)
    np.testing.assert_allclose(net.parameters, from_torch(again).parameters, rtol=0, atol=ROUNDINGS * unit("float64"))


class Forward(nn.Module):
    """A module of the user's own: two layers, and a forward pass that a function is."""

    def __init__(self, forward, **more):
        super().__init__()
        self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 2)
        for name, module in more.items():
            setattr(self, name, module)
        self.pass_on = forward

    def forward(self, x):
        return self.pass_on(self, x)


class Doubled(nn.Linear):
    """Not what its base does."""

    def forward(self, x):
        return 2 * super().forward(x)


CHAINS = {
    "nested Sequential": nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.ReLU()), nn.Sequential(nn.Linear(4, 2))),
    "Linear": nn.Linear(3, 2),
    "no bias": nn.Sequential(nn.Linear(3, 4, bias=False), nn.Tanh(), nn.Linear(4, 2), nn.LeakyReLU(0.0)),
    "Dropout switched off": nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5)).eval(),
    "AlphaDropout switched off": nn.Sequential(nn.Linear(3, 2), nn.SELU(), nn.AlphaDropout(0.5)).eval(),
    "Dropout of none": nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.0)),
    "Flatten and Identity": nn.Sequential(nn.Flatten(), nn.Linear(3, 2), nn.Identity(), nn.Sigmoid()),
    "functions": Forward(lambda own, x: F.leaky_relu(own.two(torch.tanh(own.one(x))), 0.25)),
    "methods": Forward(lambda own, x: own.two(own.one(torch.flatten(x, 1)).relu()).softmax(dim=1)),
    "function dropout": Forward(lambda own, x: own.two(F.dropout(F.relu(own.one(x)), training=False))),
    "a view": Forward(lambda own, x: own.two(own.one(x.view(-1, 3)))),
    "a view of the batch": Forward(lambda own, x: own.two(own.one(x.view(x.size(0), -1)))),
    "a reshape of the batch": Forward(lambda own, x: own.two(own.one(x.reshape(x.shape[0], -1)).relu())),
    "a view of the size": Forward(lambda own, x: own.two(own.one(x.view(x.size()[0], -1)))),
    "functions of one number": Forward(lambda own, x: F.hardtanh(own.two(F.elu(own.one(x), 0.5)), 0.0, 6.0)),
    "GELU in both forms": Forward(lambda own, x: F.gelu(own.two(F.gelu(own.one(x), approximate="tanh")))),
    "more functions": Forward(lambda own, x: F.softplus(own.two(F.silu(own.one(x))))),
    "ReLU6 and SELU": Forward(lambda own, x: F.selu(own.two(F.relu6(own.one(x))))),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_has_the_same_outputs_and_gradient(name):
    model = CHAINS[name]
    x, y = data("float32")
    net = from_torch(model)
    theirs = model(torch.tensor(x))
    wide = net.astype("longdouble")
    assert_within(theirs.detach().numpy(), wide.predict(x), output_bound(wide, x.astype("longdouble"), "float32"))
    theirs = torch.optim.SGD(model.parameters(), 0.125)
    net, optimizer = from_torch(model, theirs, nn.MSELoss())
    npnet_steps(net, optimizer, x, y)
    torch_steps(model, theirs, x, y)
    np.testing.assert_allclose(net.parameters, from_torch(model).parameters, rtol=0, atol=ROUNDINGS * unit("float32"))


LOSSES = {
    "cross-entropy": (nn.CrossEntropyLoss(), [], "classes"),
    "NLL": (nn.NLLLoss(), [nn.LogSoftmax(dim=1)], "classes"),
    "smoothed labels": (nn.CrossEntropyLoss(label_smoothing=0.125), [], "classes"),
    "divergence": (nn.KLDivLoss(reduction="batchmean"), [nn.LogSoftmax(dim=1)], "distributions"),
    "mean squared error": (nn.MSELoss(), [], "numbers"),
    "mean absolute error": (nn.L1Loss(), [], "numbers"),
    "Huber": (nn.HuberLoss(delta=0.5), [], "numbers"),
    "smooth L1": (nn.SmoothL1Loss(), [], "numbers"),
    "smooth L1 of another width": (nn.SmoothL1Loss(beta=0.25), [], "numbers"),
    "smooth L1 without a width": (nn.SmoothL1Loss(beta=0.0), [], "numbers"),
    "binary cross-entropy": (nn.BCELoss(), [nn.Sigmoid()], "shares"),
    "binary cross-entropy on logits": (nn.BCEWithLogitsLoss(), [], "shares"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_ten_steps_with_a_loss_of_torch(name):
    loss, last, kind = LOSSES[name]
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3), *last).double()
    theirs = torch.optim.Adam(model.parameters(), 0.01)
    net, optimizer = from_torch(model, theirs, loss)
    x, y = data("float64", units=3)
    shares = 1 / (1 + np.exp(-y))
    soft = shares / shares.sum(axis=1, keepdims=True)
    y = {"numbers": y, "shares": shares, "classes": np.arange(8) % 3, "distributions": soft}[kind]
    value = loss(model(torch.tensor(x)), torch.tensor(y)).item()
    assert net.evaluate(x, y).loss == pytest.approx(value, rel=100 * unit("float64"))
    npnet_steps(net, optimizer, x, y)
    torch_steps(model, theirs, x, y, loss)
    back = from_torch(model, loss=loss)
    assert back.loss == net.loss
    np.testing.assert_allclose(net.parameters, back.parameters, rtol=0, atol=ROUNDINGS * unit("float64"))


def with_hook(register):
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    register(model)
    return model


def own_forward():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    model[1].forward = torch.tanh
    return model


SHARED = nn.Linear(3, 3)
LINEAR, ALIKE = nn.Linear(3, 3), nn.Linear(3, 3)
ALIKE.weight = LINEAR.weight
WEIGHT_NORM = parametrizations.weight_norm(nn.Linear(3, 2))
WITH_BUFFER = nn.Sequential(nn.Linear(3, 2))
WITH_BUFFER.register_buffer("scale", torch.ones(1))
FROZEN = nn.Sequential(nn.Linear(3, 2))
FROZEN[0].bias.requires_grad_(False)
HOOKED = nn.Linear(3, 2)
HOOKED.weight.register_hook(lambda gradient: 2 * gradient)


class Branching(nn.Module):
    """A forward pass that depends on the numbers."""

    def __init__(self):
        super().__init__()
        self.one = nn.Linear(3, 2)

    def forward(self, x):
        return self.one(x) if x.sum() > 0 else self.one(-x)


REFUSED = {
    "no module": (np.ones(3), r"expected a torch.nn.Module, got ndarray"),
    "no layer": (nn.Sequential(nn.ReLU()), r"expected one activation after each Linear, got ReLU"),
    "nothing": (nn.Sequential(), r"expected at least one Linear layer, got none"),
    "a skip": (Forward(lambda own, x: own.two(own.one(x)) + x[:, :2]), r"expected a chain.*got one of the input"),
    "a skip of a layer": (
        Forward(lambda own, x: own.two(own.one(x) + torch.relu(own.one(x)))), r"expected a chain, each result the one"),
    "two outputs": (Forward(lambda own, x: (own.two(own.one(x)), own.one(x))), r"expected a chain"),
    "arithmetic": (Forward(lambda own, x: own.two(2 * own.one(x))), r"expected a chain|got mul"),
    "a function": (Forward(lambda own, x: own.two(torch.sin(own.one(x)))), r"expected Linear and activations, got sin"),
    "a method": (Forward(lambda own, x: own.two(own.one(x).abs())), r"expected Linear and activations, got abs"),
    "another dtype": (
        Forward(lambda own, x: F.softmax(own.two(own.one(x)), 1, dtype=torch.float64)), r"got softmax of .*float64"),
    "numbers decide": (Branching(), r"expected a chain that torch.fx can trace, but: symbolically traced"),
    "a shared layer": (nn.Sequential(SHARED, nn.ReLU(), SHARED), r"expected parameters of one layer each, got Linear"),
    "tied weights": (nn.Sequential(LINEAR, nn.ReLU(), ALIKE), r"expected parameters of one layer each"),
    "parameters beside": (Forward(lambda own, x: own.one(x)), r"expected no parameters beside .*got two.weight"),
    "a forward hook": (
        with_hook(lambda model: model[1].register_forward_hook(lambda *_: None)), r"expected no hooks, got function"),
    "a forward pre-hook": (
        with_hook(lambda model: model.register_forward_pre_hook(lambda *_: None)), r"expected no hooks, got function"),
    "a backward hook": (
        with_hook(lambda model: model[0].register_full_backward_hook(lambda *_: None)), r"expected no hooks, got"),
    "a parameter's hook": (nn.Sequential(HOOKED), r"got a hook on its gradient of 0.weight"),
    "another forward": (own_forward(), r"expected the forward method of its class, got another one of ReLU 1"),
    "weight_norm": (nn.Sequential(WEIGHT_NORM), r"expected no parametrization, got one of ParametrizedLinear 0"),
    "a buffer": (WITH_BUFFER, r"expected no buffers, which npnet does not have, got scale"),
    "BatchNorm": (
        nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)), r"expected no buffers, .*got 1.running_mean of BatchNorm1d"),
    "LayerNorm": (
        nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.LayerNorm(2)),
        r"expected Linear layers and activations, got LayerNorm\(\(2,\).*, which npnet does not have",
    ),
    "LayerNorm without parameters": (
        nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.LayerNorm(2, elementwise_affine=False)),
        r"got LayerNorm\(\(2,\).*, which npnet does not have",
    ),
    "Embedding": (
        nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 2)), r"got Embedding\(5, 3\), which npnet does not have"),
    "LSTM": (
        Forward(lambda own, x: own.two(own.lstm(own.one(x))[0]), lstm=nn.LSTM(4, 4)),
        r"got LSTM\(4, 4\), which npnet does not have",
    ),
    "a pool": (
        nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.MaxPool1d(2)), r"got MaxPool1d.*, which npnet does not have"),
    "Dropout": (
        nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5)),
        r"switched off, as by model.eval\(\), got Dropout\(p=0.5, inplace=False\)",
    ),
    "a subclass": (nn.Sequential(Doubled(3, 2)), "modules of torch.nn and calls of them, got a use of .* in Doubled 0"),
    "function dropout": (Forward(lambda own, x: own.two(F.dropout(own.one(x)))), r"got Dropout\(p=0.5"),
    "frozen": (FROZEN, r"expected dense parameters that are trained.*got requires_grad=False of 0.bias"),
    "two dtypes": (
        nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2).double()), r"got torch.float32 and torch.float64 of 1.weight"),
    "half precision": (nn.Linear(3, 2).half(), r"all float32 or all float64, got torch.float16 of weight"),
    "bfloat16": (nn.Linear(3, 2).bfloat16(), r"got torch.bfloat16 of weight"),
    "no numbers": (nn.Linear(3, 2, device="meta"), r"got torch.strided on meta of weight"),
    "a negative slope": (nn.Sequential(nn.Linear(3, 2), nn.LeakyReLU(-0.5)), r"expected negative_slope above 0"),
    "an alpha of 0": (nn.Sequential(nn.Linear(3, 2), nn.ELU(0.0)), r"expected alpha above 0"),
    "Hardtanh": (nn.Sequential(nn.Linear(3, 2), nn.Hardtanh()), r"got Hardtanh"),
    "Softplus of another sharpness": (nn.Sequential(nn.Linear(3, 2), nn.Softplus(2)), r"with beta=1, got Softplus"),
    "Softplus that ends early": (
        nn.Sequential(nn.Linear(3, 2), nn.Softplus()).double(), r"threshold is at least 37 in float64.* is 2.1e-09"),
    "clamp": (Forward(lambda own, x: own.two(own.one(x).clamp(min=0))), r"activations, got clamp"),
    "PReLU": (nn.Sequential(nn.Linear(3, 2), nn.PReLU()), r"got PReLU.*, which npnet does not have"),
    "LogSoftmax without a loss": (nn.Sequential(nn.Linear(3, 2), nn.LogSoftmax(1)), r"got LogSoftmax\(dim=1\)"),
    "softmax over the batch": (nn.Sequential(nn.Linear(3, 2), nn.Softmax(dim=0)), r"got Softmax\(dim=0\)"),
    "two activations": (
        nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Tanh()), r"expected one activation after each Linear, got Tanh"),
    "a view of other rows": (Forward(lambda own, x: own.two(own.one(x.view(-1, 6)))), r"a layer of 6 features"),
    "a view that is cut": (Forward(lambda own, x: own.two(own.one(x).view(-1, 2))), r"of 4 features, got Rows\(2\)"),
    "a view of three axes": (Forward(lambda own, x: own.two(own.one(x.view(-1, 1, 3)))), r"activations, got view"),
    "a view of another batch": (
        Forward(lambda own, x: own.two(own.one(x).view(x.size(0), -1))), r"expected a chain, each result"),
    "widths": (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 2)), r"expected a layer of 4 features"),
    "convolution": (nn.Sequential(nn.Conv1d(3, 4, 1)), r"got Conv1d.*, which npnet does not have"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_npnet_can_not_express_is_refused_by_name(name):
    model, message = REFUSED[name]
    with pytest.raises(ValueError, match=f"^model: .*{message}"):
        from_torch(model)


def test_old_weight_norm_is_refused_by_name():
    model = nn.Linear(3, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        nn.utils.weight_norm(model)
    with pytest.raises(ValueError, match="expected no hooks, got WeightNorm in forward_pre_hooks of Linear"):
        from_torch(model)


MODEL = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
OTHER = nn.Linear(3, 2)


def scheduled():
    optimizer = torch.optim.SGD(MODEL.parameters(), 0.1)
    torch.optim.lr_scheduler.StepLR(optimizer, 5)
    return optimizer


def hooked():
    optimizer = torch.optim.SGD(MODEL.parameters(), 0.1)
    optimizer.register_step_pre_hook(lambda *_: None)
    return optimizer


def groups(**settings):
    return [{"params": MODEL[0].parameters()} | settings, {"params": MODEL[2].parameters()}]


REFUSED_OPTIMIZERS = {
    "another rule": (torch.optim.Rprop(MODEL.parameters()), r"expected one of SGD, Adam.*got Rprop"),
    "of another model": (torch.optim.SGD(OTHER.parameters(), 0.1), r"expected one of all parameters of the model"),
    "of a part": (torch.optim.SGD(MODEL[0].parameters(), 0.1), r"expected one of all parameters of the model"),
    "maximize": (torch.optim.SGD(MODEL.parameters(), 0.1, maximize=True), r"expected maximize=False.*got True"),
    "several rates": (torch.optim.SGD(groups(lr=0.5), 0.1), r"expected one lr for all parameters, got several"),
    "decay of biases": (
        torch.optim.SGD(MODEL.parameters(), 0.1, weight_decay=0.5), r"expected weight_decay=0 for biases.*got 0.5"),
    "a scheduler": (scheduled(), r"expected a constant learning rate, got one with a torch.optim.lr_scheduler"),
    "a hook": (hooked(), r"expected no hooks and the step method of its class, got optimizer_step_pre_hooks"),
    "first accumulators of a group": (
        torch.optim.Adagrad([{"params": MODEL.parameters(), "initial_accumulator_value": 0.25}]),
        r"groups without an initial_accumulator_value of their own.*got 0\.25, where the optimizer has 0$",
    ),
    "first accumulators of several groups": (
        torch.optim.Adagrad(
            [{"params": [p], "initial_accumulator_value": 0.25 * (p.ndim == 1)} for p in MODEL.parameters()]
        ),
        "expected one initial_accumulator_value for all parameters, got several",
    ),
    "lr_decay": (torch.optim.Adagrad(MODEL.parameters(), lr_decay=0.5), r"expected lr_decay=0.*got 0.5"),
    "momentum": (torch.optim.RMSprop(MODEL.parameters(), momentum=0.5), r"RMSProp with a momentum.*got 0.5|eps=1e-08"),
    "centered": (torch.optim.RMSprop(MODEL.parameters(), centered=True), r"centered, has epsilon inside.*eps=1e-08"),
    "AMSGrad and AdamW": (torch.optim.AdamW(MODEL.parameters(), amsgrad=True), r"no AMSGrad with a decoupled"),
    "Nadam and W": (
        torch.optim.NAdam(MODEL.parameters(), weight_decay=0.5, decoupled_weight_decay=True), r"no Nadam with a de"),
    "several decoupled decays": (
        torch.optim.AdamW(groups(weight_decay=0.5)), r"expected one decoupled weight_decay for all parameters"),
    "momentum of 1": (torch.optim.SGD(MODEL.parameters(), 0.1, momentum=1), r"expected a momentum from 0"),
    "a rate of 0": (torch.optim.SGD(MODEL.parameters(), 0.0), r"learning_rate: expected"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_OPTIMIZERS)
def test_an_optimizer_that_is_no_counterpart_is_refused_by_name(name):
    optimizer, message = REFUSED_OPTIMIZERS[name]
    with pytest.raises(ValueError, match=f"^optimizer: .*{message}"):
        from_torch(MODEL, optimizer)


TENSORS = {
    "the rate of Adam": (torch.optim.Adam, {"lr": torch.tensor(0.01)}, "lr"),
    "the rate of NAdam": (torch.optim.NAdam, {"lr": torch.tensor(0.01)}, "lr"),
    "betas": (torch.optim.Adam, {"betas": (torch.tensor(0.9), torch.tensor(0.999)), "foreach": False}, "betas"),
    "a decoupled decay": (torch.optim.AdamW, {"weight_decay": torch.tensor(0.1)}, "weight_decay"),
    "the momentum's decay": (torch.optim.NAdam, {"momentum_decay": torch.tensor(0.004)}, "momentum_decay"),
    "a whole number": (torch.optim.Adam, {"lr": torch.tensor(1)}, "lr"),
}


@pytest.mark.parametrize("name", TENSORS)
def test_a_tensor_of_a_lower_precision_is_refused_where_torch_computes_in_it(name):
    kind, settings, argument = TENSORS[name]
    model = nn.Linear(3, 2).double()
    said = f"^optimizer: expected {argument} as a number or in torch.float64, .* in torch.float32$"
    with pytest.raises(ValueError, match=said):
        from_torch(model, kind(model.parameters(), **settings))


WIDE = torch.tensor(0.01, dtype=torch.float64)
READ = {
    "SGD": (torch.optim.SGD, {"lr": torch.tensor(0.01)}),
    "RMSprop": (torch.optim.RMSprop, {"lr": torch.tensor(0.01)}),
    "Adagrad": (torch.optim.Adagrad, {"lr": torch.tensor(0.01)}),
    "a step in one call": (torch.optim.Adam, {"lr": torch.tensor(0.01), "fused": True}),
    "Adam": (torch.optim.Adam, {"lr": WIDE, "betas": (0.9, 0.999)}),
    "AdamW": (torch.optim.AdamW, {"lr": WIDE, "weight_decay": WIDE}),
}


@pytest.mark.parametrize("name", READ)
def test_a_tensor_that_torch_takes_as_a_number_is_read(name):
    kind, settings = READ[name]
    x, y = data("float64")
    model = to_torch(MLP([3, 4, 2], "tanh", dtype="float64", seed=0))
    theirs = kind(model.parameters(), **settings)
    net, optimizer = from_torch(model, theirs)
    npnet_steps(net, optimizer, x, y)
    torch_steps(model, theirs, x, y)
    np.testing.assert_allclose(net.parameters, from_torch(model).parameters, rtol=0, atol=ROUNDINGS * unit("float64"))


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64])
def test_a_float32_model_has_its_rate_in_any_type_that_is_computed_in_as_precisely(dtype):
    model = nn.Linear(3, 2)
    rate = torch.tensor(1, dtype=dtype)
    assert from_torch(model, torch.optim.Adam(model.parameters(), rate))[1].learning_rate == 1


def test_parameters_of_several_counts_of_steps_are_refused():
    model = nn.Sequential(nn.Linear(3, 2))
    optimizer = torch.optim.Adam(model.parameters())
    model[0].weight.grad = torch.ones(2, 3)
    optimizer.step()
    with pytest.raises(ValueError, match="optimizer: expected as many steps of each parameter"):
        from_torch(model, optimizer)


REFUSED_LOSSES = {
    "another one": (nn.PoissonNLLLoss(), r"expected one of .*MSELoss.*got PoissonNLLLoss"),
    "a sum": (nn.MSELoss(reduction="sum"), r"expected reduction=mean.*got reduction=sum"),
    "none": (nn.CrossEntropyLoss(reduction="none"), r"got reduction=none"),
    "class weights": (nn.CrossEntropyLoss(torch.ones(2)), r"expected weight=None"),
    "pos_weight": (nn.BCEWithLogitsLoss(pos_weight=torch.ones(2)), r"expected pos_weight=None"),
    "a mean over the classes too": (nn.KLDivLoss(), r"expected reduction=batchmean.*got reduction=mean"),
    "an ignored class": (nn.CrossEntropyLoss(ignore_index=1), r"expected no class that is ignored, got ignore_index=1"),
    "no logarithms": (nn.NLLLoss(), r"expected LogSoftmax as the last module for NLLLoss\(\), got Linear"),
    "logits of no sigmoid": (nn.BCELoss(), r"expects the output activation sigmoid, got identity"),
}


@pytest.mark.parametrize("name", REFUSED_LOSSES)
def test_a_loss_that_is_no_counterpart_is_refused_by_name(name):
    loss, message = REFUSED_LOSSES[name]
    with pytest.raises(ValueError, match=f"^loss: .*{message}"):
        from_torch(MODEL, loss=loss)


def test_a_softmax_before_a_loss_on_logits_is_refused():
    model = nn.Sequential(nn.Linear(3, 2), nn.Softmax(dim=1))
    with pytest.raises(ValueError, match=r"loss: .* expects logits, but the output activation is softmax"):
        from_torch(model, loss=nn.CrossEntropyLoss())


def test_what_torch_can_not_hold_is_refused():
    net = MLP([3, 2], seed=0)
    with pytest.raises(ValueError, match="net: expected one of float32 or float64"):
        to_torch(net.astype("longdouble"))
    for wrong in (Adam(), AdamW(), AMSGrad(), RMSProp(), Adagrad(), RMSPropMomentum(), CenteredRMSProp()):
        said = r"optimizer: expected a rule that torch\.optim has, got .* epsilon stands in another place"
        with pytest.raises(ValueError, match=said) as raised:
            to_torch(net, wrong)
        # A form that it advises can be imported under that name
        found = re.search(r" with epsilon=0 and (\S+)\.(\w+)$", str(raised.value))
        assert (found is None) == isinstance(wrong, (RMSPropMomentum, CenteredRMSProp))
        if found is not None:
            assert getattr(import_module(found[1]), found[2]) is rules.PYTORCHS[type(wrong)]

    class Own(SGD):
        """A rule of the user's own."""

    with pytest.raises(ValueError, match=r"optimizer: expected a rule that torch\.optim has, got Own\(0\.1\)$"):
        to_torch(net, Own(0.1))
    with pytest.raises(ValueError, match="optimizer: expected a constant learning rate"):
        to_torch(net, SGD(ExponentialDecay(0.1, 10, 0.5)))
    net.regularizer = L2(0.5)
    with pytest.raises(ValueError, match="net: expected no penalty beside the weight decay of AdamW, got one"):
        to_torch(net, CorrectedAdamW())
    net.regularizer = L1(0.5)
    with pytest.raises(ValueError, match=r"net: expected no penalty but L2, PyTorch's weight decay, got L1\(0.5\)"):
        to_torch(net, SGD(0.1))


def test_a_net_leaves_the_order_of_torchs_random_numbers_as_it_is():
    torch.manual_seed(0)
    expected = torch.rand(1).item()
    torch.manual_seed(0)
    to_torch(MLP([3, 4, 2], seed=0))
    assert torch.rand(1).item() == expected


@pytest.mark.parametrize("module", [models, rules, chain, activations], ids=lambda module: module.__name__)
def test_examples_run(module):
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0
