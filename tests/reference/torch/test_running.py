"""A model is run once: a context of its forward pass is refused where it changes something, and all stays as it was."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from reference import check, from_torch


class Within(nn.Module):
    """Two layers, of which the first is computed in a context."""

    def __init__(self, context, last=True):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4), nn.Linear(4, 2)
        self.context, self.last = context, last

    def forward(self, x):
        with self.context():
            h = torch.relu(self.first(x))
            if self.last:
                return self.second(h)
        return self.second(h)


def in_bfloat16():
    return torch.autocast("cpu", dtype=torch.bfloat16)


WITHOUT = r"^model: expected a gradient of all parameters, got none of first\.weight, as inside of torch\.no_grad"
REFUSED = {
    "autocast": (
        Within(in_bfloat16), r"^model: expected layers that are computed in torch\.float32, .* got torch\.bfloat16"),
    "autocast of a part": (Within(in_bfloat16, last=False), r"^model: expected a forward and a backward pass"),
    "no_grad": (Within(torch.no_grad), WITHOUT),
    "no_grad of a part": (Within(torch.no_grad, last=False), WITHOUT),
    "inference_mode": (Within(torch.inference_mode), WITHOUT),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_context_of_the_forward_pass_is_refused(name):
    model, said = REFUSED[name]
    for read in (from_torch, check):
        with pytest.raises(ValueError, match=said):
            read(model)


class Rounded(nn.Module):
    """Results in bfloat16, and the output in float32 again."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return torch.softmax(self.layer(x), 1)


def test_layers_are_looked_at_where_the_output_has_the_right_type(monkeypatch):
    plain = torch.softmax
    # As autocast does on other devices
    monkeypatch.setattr(torch, "softmax", lambda z, dim: plain(z.float() if type(z) is torch.Tensor else z, dim))
    with pytest.raises(ValueError, match=r"got torch\.bfloat16, as inside of torch\.autocast"):
        from_torch(Rounded())


class Recomputed(nn.Module):
    """Results that are computed again in the backward pass."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, x):
        return checkpoint(self.second, torch.relu(self.first(x)), use_reentrant=False)


READ = {
    "autocast of float64": Within(in_bfloat16).double(),
    "autocast that is switched off": Within(lambda: torch.autocast("cpu", enabled=False)),
    "enable_grad": Within(torch.enable_grad),
    "results that are computed again": Recomputed(),
}


@pytest.mark.parametrize("name", READ)
def test_a_context_that_changes_nothing_is_read(name):
    assert from_torch(READ[name]).widths == (3, 4, 2)


@pytest.mark.parametrize("context", [in_bfloat16, torch.no_grad, torch.inference_mode])
def test_the_callers_own_context_is_none_of_the_model(context):
    model = nn.Sequential(nn.Linear(3, 2))
    with context():
        assert from_torch(model).widths == (3, 2)
        assert from_torch(nn.Linear(3, 2)).widths == (3, 2)


@pytest.mark.parametrize("context", [torch.enable_grad, torch.no_grad], ids=lambda context: context.__name__)
def test_a_model_is_left_as_it_was(context):
    """Be it read or refused: its gradients, its mode, its weights and the random numbers."""
    model = Within(context).eval()
    model.first.weight.grad = gradient = torch.ones(4, 3)
    model.second.training = True
    state, weights = torch.random.get_rng_state(), [parameter.clone() for parameter in model.parameters()]
    try:
        from_torch(model)
    except ValueError:
        assert context is torch.no_grad
    assert model.first.weight.grad is gradient
    assert torch.equal(gradient, torch.ones(4, 3))
    assert all(parameter.grad is None for parameter in list(model.parameters())[1:])
    assert (model.training, model.first.training, model.second.training) == (False, False, True)
    assert all(torch.equal(*pair) for pair in zip(weights, model.parameters()))
    assert torch.equal(state, torch.random.get_rng_state())


def test_a_dropout_of_none_draws_no_number():
    model = nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.0))
    state = torch.random.get_rng_state()
    from_torch(model)
    assert torch.equal(state, torch.random.get_rng_state())
