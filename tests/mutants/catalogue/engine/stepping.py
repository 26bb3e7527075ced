"""Mutants of npnet/engine/stepping.py."""

TESTS = ["tests/engine/test_stepping.py", "tests/test_training.py"]
FUNCTIONS = ["Objective", "Batches", "Validation", "Raise", "Stepper"]
REWRITES = {
    "Objective.value_and_gradient": [
        (
            "layer.weights_gradient += regularizer.slope(layer.weights)",
            "layer.weights_gradient -= regularizer.slope(layer.weights)",
        ),
        # A layer's penalty has no gradient
        (
            "layer.weights_gradient += regularizer.slope(layer.weights)",
            "layer.weights_gradient += regularizer.slope(layer.weights) * (layer is not self.layers[0])",
        ),
        # Biases are penalized
        (
            "layer.weights_gradient += regularizer.slope(layer.weights)",
            "layer.gradient += regularizer.slope(layer.W)",
        ),
        # All layers have the penalty of the first
        (
            "layer.weights_gradient += regularizer.slope(layer.weights)",
            "layer.weights_gradient += self.penalized[0][1].slope(layer.weights)",
        ),
    ],
    "Objective._with_penalty": [
        ("self.penalized", "self.penalized[1:]"),
        ("layer.weights", "layer.W"),
    ],
    "Stepper.epoch": [("self.optimizer.begin_epoch(number)", "self.optimizer.begin_epoch(0)")],
}
# Of a pass that only goes forward
MEMORY = "the loss's terms may be in memory of their own"
EQUIVALENT = {
    "Objective._allocate": dict.fromkeys(
        ["always if #0", "never if #0", "without one and #0", "without one and #1", "turn is #0", "bound > #0",
         "turn > #0", "next 1 #0", "drop = #2"],
        MEMORY,
    ),
    "Objective.__init__": {"turn False #0": "a training says it, and nothing else asks"},
    "Objective.shard": {
        "always if #0": "arrays that are made anew are as good",
        "turn is #1": "arrays that are made anew are as good",
        "without one or #1": "a shard is trained on before a batch of its size only goes forward",
        "swap // #0": "the number of terms is a multiple of the batch",
        "always if #2": "what was counted and not asked for is not read",
    },
    "Objective.clip": {"always if #0": "views that were made before are the same ones"},
    "Validation.measure": {"always if #2": "where each loss is a number, none is replaced"},
    "Batches.__init__": {"next 0 #1": "there are as many labels as samples"},
    "Batches.draw": {"without mode= #0": "an order has no place outside of the samples"},
    "Raise.steps": {"next 0 #0": "the first batch sets it, before a step can fail"},
}  # fmt: skip
