"""Mutants of npnet/engine/stepping.py."""

FUNCTIONS = ["Objective", "Batches", "Validation", "Raise", "Stepper"]
REWRITES = {
    "Objective.value_and_gradient": [
        (
            "layer.gradient[:-1] += self.regularizer.slope(layer.weights)",
            "layer.gradient[:-1] -= self.regularizer.slope(layer.weights)",
        ),
        # A layer's penalty has no gradient
        (
            "layer.gradient[:-1] += self.regularizer.slope(layer.weights)",
            "layer.gradient[:-1] += self.regularizer.slope(layer.weights) * (layer is not self.layers[0])",
        ),
        # Biases are penalized
        (
            "layer.gradient[:-1] += self.regularizer.slope(layer.weights)",
            "layer.gradient += self.regularizer.slope(layer.W)",
        ),
    ],
    "Objective._with_penalty": [
        ("self.layers", "self.layers[1:]"),
        ("self.layers", "self.layers[-1:]"),
        ("layer.weights", "layer.W"),
    ],
    "Stepper.epoch": [("self.optimizer.begin_epoch(number)", "self.optimizer.begin_epoch(0)")],
}
