"""Hypothesis strategies: objects of every class that a file can hold, with arguments anywhere in their ranges."""

from hypothesis import strategies as st

from npnet import activations, clipping, losses, optimizers, regularizers, schedules

positive = st.floats(1e-30, 1e30)
not_negative = st.just(0.0) | positive
under_one = st.floats(0, 1, exclude_max=True)
inside = st.floats(1e-12, 1, exclude_max=True)

PLAIN = [
    activations.Identity, activations.Sigmoid, activations.Tanh, activations.ReLU, activations.ReLU6,
    activations.Softplus, activations.SELU, activations.SiLU, activations.GELU, activations.GELUTanh,
]  # fmt: skip
of_activations = {
    **{kind: st.builds(kind) for kind in PLAIN},
    activations.LeakyReLU: st.builds(activations.LeakyReLU, positive),
    activations.ELU: st.builds(activations.ELU, positive),
    activations.Softmax: st.builds(activations.Softmax),
}
smoothed = [
    losses.CategoricalCrossentropy, losses.BinaryCrossentropy, losses.KLDivergence, losses.SoftmaxCrossentropy,
    losses.SigmoidCrossentropy, losses.SoftmaxKLDivergence,
]  # fmt: skip
of_losses = {
    **{kind: st.builds(kind) for kind in [losses.MeanSquaredError, losses.MeanAbsoluteError, *smoothed]},
    losses.Huber: st.builds(losses.Huber, positive),
    losses.LabelSmoothing: st.builds(losses.LabelSmoothing, st.one_of(map(st.builds, smoothed)), under_one),
}
of_regularizers = {
    regularizers.L1: st.builds(regularizers.L1, not_negative),
    regularizers.L2: st.builds(regularizers.L2, not_negative),
    regularizers.L1L2: st.builds(regularizers.L1L2, not_negative, not_negative),
}
of_schedules = {
    schedules.Constant: st.builds(schedules.Constant, inside),
    schedules.ExponentialDecay: st.builds(schedules.ExponentialDecay, inside, positive, inside, st.booleans()),
    schedules.InverseTimeDecay: st.builds(schedules.InverseTimeDecay, inside, positive, inside),
    schedules.CosineDecay: st.builds(schedules.CosineDecay, inside, positive, under_one),
    schedules.WarmupCosineDecay: st.builds(
        schedules.WarmupCosineDecay, under_one, positive, inside, positive, under_one
    ),
    **{
        kind: st.builds(kind, inside, positive, under_one, st.floats(0.5, 3))
        for kind in (schedules.PolynomialDecay, schedules.CyclicPolynomialDecay)
    },
    schedules.PiecewiseConstantDecay: st.builds(
        schedules.PiecewiseConstantDecay, st.just((2.0, 4.5)), st.tuples(inside, inside, inside)
    ),
}
rates = st.floats(1e-4, 1) | st.one_of(of_schedules.values())
momenta = st.floats(1e-3, 0.99)
of_optimizers = {
    optimizers.SGD: st.builds(optimizers.SGD, rates),
    optimizers.SGDM: st.builds(optimizers.SGDM, rates, momenta),
    optimizers.Adagrad: st.builds(optimizers.Adagrad, rates, under_one, under_one),
    optimizers.RMSProp: st.builds(optimizers.RMSProp, rates, momenta, under_one),
    optimizers.CenteredRMSProp: st.builds(optimizers.CenteredRMSProp, rates, momenta, under_one),
    optimizers.RMSPropMomentum: st.builds(optimizers.RMSPropMomentum, rates, momenta, under_one, momenta),
    optimizers.CenteredRMSPropMomentum: st.builds(
        optimizers.CenteredRMSPropMomentum, rates, momenta, under_one, momenta
    ),
    optimizers.Momentum: st.builds(optimizers.Momentum, rates, momenta),
    optimizers.Nesterov: st.builds(optimizers.Nesterov, rates, momenta),
    optimizers.Adam: st.builds(optimizers.Adam, rates, momenta, momenta, under_one),
    optimizers.AMSGrad: st.builds(optimizers.AMSGrad, rates, momenta, momenta, under_one),
    optimizers.AdamW: st.builds(optimizers.AdamW, rates, momenta, momenta, under_one, under_one),
    optimizers.Nadam: st.builds(optimizers.Nadam, rates, momenta, momenta, under_one, under_one),
}
of_clipping = {
    kind: st.builds(kind, positive) for kind in (clipping.ClipByValue, clipping.ClipByNorm, clipping.ClipByGlobalNorm)
}

GROUPS = (of_activations, of_losses, of_regularizers, of_schedules, of_optimizers, of_clipping)
CLASSES = [kind for group in GROUPS for kind in group]
objects = st.one_of(one for group in GROUPS for one in group.values())
