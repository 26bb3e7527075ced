"""PyTorch's side of a check: models of its documentation agree, be it for known reasons; broken ones do not."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from npnet import MLP, losses
from npnet.activations import LeakyReLU
from npnet.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    KLDivergence,
    LabelSmoothing,
    MeanAbsoluteError,
    MeanSquaredError,
)
from npnet.optimizers import SGD, Adagrad, Adam, AdamW, AMSGrad, CenteredRMSProp, RMSProp, RMSPropMomentum
from npnet.regularizers import L2
from npnet.schedules import ExponentialDecay
from reference import check, from_torch, to_torch
from reference.checking.lines import lines
from reference.checking.problem import problem
from reference.torch.adapter import adapter


class NeuralNetwork(nn.Module):
    """ "Build the Neural Network" of PyTorch's tutorials, with fewer units."""

    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, 10)
        )

    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))


class MnistLogistic(nn.Module):
    """ "What is torch.nn really?" of PyTorch's tutorials, with fewer features."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(16, 10)

    def forward(self, xb):
        return self.lin(xb)


class Policy(nn.Module):
    """``reinforcement_learning/reinforce.py`` of pytorch/examples, with fewer units."""

    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 16)
        self.dropout = nn.Dropout(p=0.6)
        self.affine2 = nn.Linear(16, 2)

    def forward(self, x):
        x = F.relu(self.dropout(self.affine1(x)))
        return F.softmax(self.affine2(x), dim=1)


class DQN(nn.Module):
    """The "Reinforcement Learning (DQN)" tutorial of PyTorch, with fewer units."""

    def __init__(self):
        super().__init__()
        self.layer1, self.layer2, self.layer3 = nn.Linear(4, 12), nn.Linear(12, 12), nn.Linear(12, 2)

    def forward(self, x):
        return self.layer3(F.relu(self.layer2(F.relu(self.layer1(x)))))


def polynomial():
    """ "Learning PyTorch with Examples", with the Flatten that makes a vector of its outputs left out."""
    return nn.Sequential(nn.Linear(3, 1))


def autoencoder():
    """The first example of Lightning's documentation: an encoder and a decoder, with fewer units."""
    encoder = nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 3))
    return nn.Sequential(encoder, nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 12)))


LOGITS = CategoricalCrossentropy(from_logits=True)
DOCUMENTED = {
    "Build the Neural Network": (NeuralNetwork, LOGITS, SGD(1e-3)),
    "What is torch.nn really?": (MnistLogistic, LOGITS, SGD(0.5)),
    "Learning PyTorch with Examples": (polynomial, None, RMSProp(1e-3)),
    "REINFORCE": (lambda: Policy().eval(), None, None),
    "DQN": (DQN, losses.Huber(), SGD(1e-4)),
    "Lightning's autoencoder": (autoencoder, None, Adam(1e-3)),
}
REASONS = {
    "Learning PyTorch with Examples": "adds epsilon to the root",
    "Lightning's autoencoder": "to the corrected root",
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_model_of_the_documentation_agrees(name):
    make, loss, optimizer = DOCUMENTED[name]
    torch.manual_seed(0)
    report = check(make(), loss=loss, optimizer=optimizer, steps=10)
    assert report, str(report)
    reasons = {line.reason for line in report.lines} - {None}
    assert bool(reasons) == (name in REASONS), str(report)
    assert all(REASONS[name] in reason for reason in reasons)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["softplus", "elu", "selu", "silu", "gelu", "gelu_tanh", "relu6", "softmax"])
def test_models_with_each_activation_agree(name, dtype):
    makers = {
        "softplus": lambda: nn.Softplus(threshold=40), "elu": nn.ELU, "selu": nn.SELU, "silu": nn.SiLU, "gelu": nn.GELU,
        "gelu_tanh": lambda: nn.GELU("tanh"), "relu6": nn.ReLU6, "softmax": lambda: nn.Softmax(1),
    }  # fmt: skip
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), makers[name](), nn.Linear(6, 3)).to(getattr(torch, dtype))
    report = check(model, optimizer=SGD(0.1), steps=5)
    assert report, str(report)


@pytest.mark.parametrize("kind", [Adam, AdamW, AMSGrad, RMSProp, Adagrad])
def test_the_place_of_epsilon_is_a_known_reason(kind):
    model = nn.Sequential(nn.Linear(3, 2)).double()
    report = check(model, optimizer=kind(0.01, epsilon=0.01), steps=5)
    assert report, str(report)
    assert {"optimizer", "training"} <= {line.name.partition(" ")[0].strip(",") for line in report.lines if line.reason}
    assert not any(line.reason for line in check(model, optimizer=kind(0.01, epsilon=0), steps=5).lines)


def test_a_model_that_ends_with_logarithms_is_compared_by_its_probabilities():
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3), nn.LogSoftmax(dim=1))
    assert check(model, optimizer=SGD(0.1), steps=5)


def test_a_cross_entropy_after_a_linear_layer_is_one_on_logits():
    report = check(nn.Sequential(nn.Linear(4, 3)), loss="categorical_crossentropy", steps=2)
    assert report
    assert "from_logits=True" in str(report)


OWN = {
    "Nesterov": (
        nn.CrossEntropyLoss(),
        lambda model: torch.optim.SGD(model.parameters(), 0.1, momentum=0.5, nesterov=True),
    ),
    "AdamW": (nn.MSELoss(), lambda model: torch.optim.AdamW(model.parameters(), 0.01)),
    "AMSGrad": (nn.HuberLoss(), lambda model: torch.optim.Adam(model.parameters(), 0.01, amsgrad=True)),
    "NAdam": (nn.MSELoss(), lambda model: torch.optim.NAdam(model.parameters(), 0.01)),
    "SGD": (nn.CrossEntropyLoss(), lambda model: torch.optim.SGD(model.parameters(), 0.1, momentum=0.5)),
    "Adam": (nn.CrossEntropyLoss(label_smoothing=0.125), lambda model: torch.optim.Adam(model.parameters(), 0.01)),
    "RMSprop": (nn.SmoothL1Loss(beta=0.25), lambda model: torch.optim.RMSprop(model.parameters(), 0.01)),
    "Adagrad": (nn.BCEWithLogitsLoss(), lambda model: torch.optim.Adagrad(model.parameters(), 0.01)),
}


@pytest.mark.parametrize("name", OWN)
def test_a_loss_and_an_optimizer_of_torch_are_checked_as_they_are(name):
    loss, make = OWN[name]
    torch.manual_seed(0)
    model = NeuralNetwork()
    optimizer = make(model)
    before = str(optimizer.state_dict())
    report = check(model, loss=loss, optimizer=optimizer, steps=5)
    assert report, str(report)
    assert not any(line.reason for line in report.lines)
    assert str(optimizer.state_dict()) == before


def test_a_weight_decay_is_no_part_of_the_loss():
    model = nn.Sequential(nn.Linear(4, 5, bias=False), nn.Tanh(), nn.Linear(5, 2, bias=False)).double()
    optimizer = torch.optim.SGD(model.parameters(), 0.1, weight_decay=0.25)
    report = check(model, loss=nn.MSELoss(), optimizer=optimizer, steps=3)
    assert report, str(report)
    assert "L2(0.25)" in str(report)
    reasons = {line.name.partition(" ")[0] for line in report.lines if line.reason}
    assert reasons == {"penalty", "loss", "gradient", "losses"}


def test_a_reason_needs_a_weight_decay():
    model = nn.Sequential(nn.Linear(4, 2))
    net = from_torch(model)
    net.regularizer = L2(0.25)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    report = check(model, loss=nn.MSELoss(), optimizer=optimizer, against=net, steps=2)
    assert report.first.name == "penalty of the weights", str(report)


@pytest.mark.parametrize("activation", [nn.ReLU(inplace=True), nn.LeakyReLU(0.25, inplace=True), nn.SiLU(True)])
def test_a_model_may_end_with_an_activation_in_place(activation):
    report = check(nn.Sequential(nn.Linear(3, 4), activation), optimizer=SGD(0.1), steps=2)
    assert report, str(report)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("form", ["fused", "foreach"])
def test_the_forms_of_a_step_agree(form, dtype):
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)).to(getattr(torch, dtype))
    for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.Adagrad):
        report = check(model, loss=nn.MSELoss(), optimizer=kind(model.parameters(), **{form: True}), steps=3)
        assert report, str(report)


@pytest.mark.parametrize("form", ["fused", "foreach"])
def test_many_weights_decay_within_their_bound(form):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, **{form: True})
    report = check(model, loss=nn.MSELoss(), optimizer=optimizer, steps=2)
    assert report, str(report)
    (alone,) = [line for line in report.lines if line.name == "optimizer alone, 1 step"]
    assert alone.excess > 0.8


def test_first_accumulators_are_those_of_the_optimizer():
    model = nn.Sequential(nn.Linear(3, 2))
    optimizer = torch.optim.Adagrad(model.parameters(), 0.1, initial_accumulator_value=0.25)
    report = check(model, loss=nn.MSELoss(), optimizer=optimizer, steps=3)
    assert report, str(report)
    assert "initial_accumulator_value=0.25" in str(report)


def test_logarithms_before_a_divergence():
    model = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1)).double()
    assert check(model, loss=nn.KLDivLoss(reduction="batchmean"), steps=2)
    assert check(model, loss="kl_divergence", steps=2)


def port():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 5), nn.LeakyReLU(0.25), nn.Linear(5, 5), nn.Tanh(), nn.Linear(5, 3))


def broken_weight(net):
    net.weights[0] = net.weights[0].T.copy()


def broken_slope(net):
    net.activations[0] = LeakyReLU(0.125)


def broken_bias(net):
    net.biases[1] = 0.5 * net.biases[1]


def penalized(net):
    net.regularizer = L2(0.01)


BROKEN = {
    "a transposed weight": (broken_weight, "output of layer 1"),
    "another slope": (broken_slope, "output of layer 1"),
    "halved biases": (broken_bias, "output of layer 2"),
    "a penalty that is not there": (penalized, "penalty of the weights"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_first_line_that_disagrees_is_what_was_broken(name):
    change, first = BROKEN[name]
    model = port()
    net = from_torch(model)
    change(net)
    report = check(model, against=net, optimizer=SGD(0.1), steps=3)
    assert not report
    assert next(line for line in report.lines if not line.agrees).name == first


def test_a_weight_that_no_output_shows_is_the_first_line_that_disagrees():
    net = MLP([784, 128, 64, 10], "relu", "softmax", seed=0)
    model = to_torch(net)
    with torch.no_grad():
        # Far below the bound on the rounding errors of so many products
        model[2].weight[3, 5] += 1e-4
    report = check(model, against=net, loss="categorical_crossentropy")
    assert (report.first.name, report.first.elements[0].place) == ("W of layer 2", "[5, 3]")
    assert check(to_torch(net), against=net, loss="categorical_crossentropy")
    # A model's own net has its weights
    assert not any(line.name == "W of layer 2" for line in check(model).lines)


@pytest.mark.parametrize("loss", [None, nn.CrossEntropyLoss()])
def test_a_forgotten_softmax_is_a_line_that_disagrees(loss):
    net = MLP([5, 6, 3], "tanh", "softmax", seed=0)
    report = check(to_torch(net)[:-1], against=net, loss=loss)
    assert report.first.name == "output of layer 2"


def test_a_model_without_a_loss_has_that_of_the_other_net():
    net = from_torch(nn.Linear(4, 3))
    net.loss = CategoricalCrossentropy(from_logits=True)
    model = nn.Linear(4, 3)
    model.load_state_dict({"weight": torch.tensor(net.weights[0].T.copy()), "bias": torch.tensor(net.biases[0])})
    report = check(model, against=net)
    assert report, str(report)
    assert repr(net.loss) in str(report)
    assert "MeanSquaredError()" in str(check(model))


def test_a_model_that_ends_with_logarithms_has_the_divergence_of_the_other_net():
    model = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1))
    net = from_torch(model, loss=nn.NLLLoss())
    for loss, same in ((KLDivergence(), True), (MeanSquaredError(), False)):
        net.loss = loss
        report = check(model, against=net)
        assert report, str(report)
        assert (repr(loss) in str(report)) is same


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (Huber(0.1), nn.MSELoss()),
        (LabelSmoothing(LOGITS, 0.1), nn.CrossEntropyLoss()),
        (MeanAbsoluteError(), nn.CrossEntropyLoss()),
        (LOGITS, nn.MSELoss()),
        (LabelSmoothing(BinaryCrossentropy(), 0.1), nn.BCELoss()),
        (MeanSquaredError(), nn.BCELoss()),
    ],
)
def test_the_loss_of_the_other_net_is_compared_with_torchs(loss, theirs):
    is_of_shares = isinstance(theirs, nn.BCELoss)
    net = MLP([4, 3, 2], output="sigmoid" if is_of_shares else "identity", seed=0)
    model = to_torch(net)
    net.loss = loss
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    report = check(model, against=net, loss=theirs, optimizer=optimizer, steps=3)
    assert report.first.name == "loss"
    assert repr(loss) in str(report).replace("\n", " ")
    net.loss = from_torch(model, loss=theirs).loss
    right = check(model, against=net, loss=theirs, optimizer=optimizer, steps=3)
    assert right, str(right)


def test_the_loss_that_belongs_to_the_output_says_nothing_of_torchs():
    net = MLP([4, 3, 2], seed=0)
    assert net.loss == MeanSquaredError()
    report = check(to_torch(net), against=net, loss=nn.CrossEntropyLoss())
    assert report, str(report)
    assert repr(LOGITS) in str(report)


@pytest.mark.parametrize(
    ("optimizer", "said"),
    [
        (CenteredRMSProp(0.01), "epsilon stands in another place: PyTorch has CenteredRMSProp with epsilon=0$"),
        (RMSPropMomentum(0.01), "epsilon stands in another place: PyTorch has RMSPropMomentum with epsilon=0$"),
        (Adam(ExponentialDecay(0.01, 10, 0.9)), "expected a constant learning rate, got ExponentialDecay"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_optimizer_that_torch_does_not_have_is_refused(optimizer, said):
    with pytest.raises(ValueError, match=f"^optimizer: .*{said}"):
        check(to_torch(MLP([4, 3], seed=0)), optimizer=optimizer)


class Own(nn.Module):
    """A loss of the user's own."""


INSTANCES = {
    "loss": [
        (nn.CrossEntropyLoss, r"got the class CrossEntropyLoss; did you mean CrossEntropyLoss\(\)\?"),
        (Own, r"got the class Own; did you mean Own\(\)\?"),
        (F.cross_entropy, r"torch\.nn\.CrossEntropyLoss\(\), got the function cross_entropy"),
    ],
    "optimizer": [
        (torch.optim.Adam, r"got the class Adam; did you mean Adam\(model\.parameters\(\)\)\?"),
    ],
}


@pytest.mark.parametrize(
    ("argument", "value", "said"), [(argument, *case) for argument, cases in INSTANCES.items() for case in cases]
)
def test_a_class_or_a_function_in_the_place_of_an_instance_is_said_to_be_one(argument, value, said):
    for take in (check, from_torch):
        with pytest.raises(ValueError, match=f"^{argument}: expected an instance.*{said}"):
            take(nn.Linear(3, 2), **{argument: value})


def test_a_model_without_layers_is_refused():
    with pytest.raises(ValueError, match="model: expected at least one Linear layer, got none"):
        check(nn.Sequential())


def test_a_net_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"against: .* shape, widths \(5, 5, 5, 3\), got widths \(5, 3\)"):
        check(port(), against=from_torch(nn.Linear(5, 3)))
    with pytest.raises(ValueError, match=r"against: .*, use_bias \(True,\), got use_bias \(False,\)"):
        check(nn.Linear(5, 3), against=from_torch(nn.Linear(5, 3, bias=False)))
    with pytest.raises(ValueError, match=r"against: .*, dtype float32, got dtype float64"):
        check(nn.Linear(5, 3), against=from_torch(nn.Linear(5, 3).double()))


def test_the_model_is_left_as_it_was():
    model = port()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    check(model, optimizer=SGD(0.1), steps=3)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters()))
    assert all(parameter.grad is None for parameter in model.parameters())


def test_what_is_no_chain_is_refused_by_name():
    model = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1))
    with pytest.raises(ValueError, match=r"model: .* got Flatten\(start_dim=0, end_dim=1\)"):
        check(model)


def saturated(dtype=torch.float32):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3), nn.Sigmoid()).to(dtype)
    with torch.no_grad():
        model[2].weight *= 300
    return model


LIMITED = "PyTorch takes BCELoss of rounded probabilities, with logarithms of -100 and more"
OF_THE_LOSS = ("loss", "loss gradient by the logits", "gradient by W of layer 1", "training, 3 steps")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_saturated_probabilities_are_a_known_reason(dtype):
    model = saturated(dtype)
    found = check(model, loss=nn.BCELoss(), optimizer=torch.optim.SGD(model.parameters(), 0.1), steps=3)
    assert found, str(found)
    reasons = {line.name: line.reason for line in found.lines}
    assert {reasons[name] for name in (*OF_THE_LOSS, "losses of the steps")} == {LIMITED}
    assert reasons["output of layer 2"] is reasons["optimizer alone, 3 steps"] is None
    # The loss of -100 is far from what its logit says, and the bound is far from that difference
    assert max(line.bound for line in found.lines) < 1e-3


class WrongLogarithm(nn.BCELoss):
    """Logarithms of the logits' own size, of a probability that is rounded up to 1."""

    def forward(self, p, y):
        return super().forward(p.clamp(1e-30, 1 - 2**-24 if p.dtype is torch.float32 else 1 - 2**-53), y)


class Smoothed(nn.BCELoss):
    def forward(self, p, y):
        return super().forward(p, 0.99 * y + 0.005)


class Scaled(nn.BCELoss):
    def forward(self, p, y):
        return super().forward(p, y) * 1.001


@pytest.mark.parametrize("wrong", [WrongLogarithm, Smoothed, Scaled])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_reason_excuses_no_other_loss(wrong, dtype):
    model = saturated(dtype)
    side = adapter(model, None, nn.BCELoss(), torch.optim.SGD(model.parameters(), 0.1))
    side.torch_loss = wrong()
    found = list(lines(side, problem(side, None, None, 3, 0)))
    assert next(line.name for line in found if not line.agrees) == "loss"
    if wrong is not WrongLogarithm:
        assert not any(line.agrees for line in found if line.name in OF_THE_LOSS)


def test_a_reason_excuses_no_other_outputs():
    model = saturated()
    right = from_torch(model)
    with torch.no_grad():
        model[2].bias[1] += 0.01
    assert check(model, loss=nn.BCELoss(), against=right).first.name == "output of layer 2"
    side = adapter(model, right, nn.BCELoss(), None)
    found = list(lines(side, problem(side, None, None, 3, 0)))
    assert not any(line.agrees for line in found if line.name in ("loss", "loss gradient by the logits"))


def test_a_training_that_diverges_says_so():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 3), nn.Softmax(-1))
    with torch.no_grad():
        model[0].weight *= 1e3
    found = check(model, loss="categorical_crossentropy", optimizer=torch.optim.SGD(model.parameters(), 0.1), steps=3)
    (line,) = [line for line in found.lines if line.name == "training"]
    assert line.error == "its parameters are not finite after step 1"
