"""Mutants of benchmarks/agreement.py: bounds that refuse right work, and bounds that let other work pass."""

FUNCTIONS = ["units"]
REWRITES = {
    "": [
        # Each bound 1000 times too large
        ("GROWTH = 4", "GROWTH = 4000"),
        ("GROWTH = 4", "GROWTH = 0"),
        ("UPDATE, HEAD = (12, 16)", "UPDATE, HEAD = (12000, 16)"),
        ("UPDATE, HEAD = (12, 16)", "UPDATE, HEAD = (12, 16000)"),
        ("LENGTH, PLACE = (0.005, 0.06)", "LENGTH, PLACE = (5, 0.06)"),
        ("LENGTH, PLACE = (0.005, 0.06)", "LENGTH, PLACE = (0.005, 60)"),
        ("DRIFT, SMALL = (0.01, 10000)", "DRIFT, SMALL = (10, 10000)"),
        ("DRIFT, SMALL = (0.01, 10000)", "DRIFT, SMALL = (0.01, 10)"),
        ("SAMPLES = 7", "SAMPLES = 1"),
        ("DTYPE = 'float32'", "DTYPE = 'float64'"),
    ],
    "Judge.__init__": [
        ("arrays['weights'][:, k]", "arrays['weights'][:, 0]"),
        ("case.members - 1", "0"),
    ],
    "Judge.error": [
        ("outcome.shape != self.arrays['weights'].shape or not np.isfinite(outcome).all()", "outcome.shape != self.arrays['weights'].shape"),
        ("outcome.shape != self.arrays['weights'].shape or not np.isfinite(outcome).all()", "not np.isfinite(outcome).all()"),
        ("outcome.shape != self.arrays['weights'].shape or not np.isfinite(outcome).all()", "outcome.shape != self.arrays['weights'].shape or not np.isfinite(outcome).any()"),
        # One good member, or one good element, passes all
        ("max((net.error(outcome[index]) for index, net in self._nets.items()))", "min((net.error(outcome[index]) for index, net in self._nets.items()))"),
        ("np.max(excess(outcome, *self._expected))", "np.min(excess(outcome, *self._expected))"),
        ("np.max(excess(outcome, *self._expected))", "np.mean(excess(outcome, *self._expected))"),
        ("np.max(excess(outcome, *self._expected))", "np.ravel(excess(outcome, *self._expected))[0]"),
        ("np.max(excess(outcome, *self._expected))", "np.max(excess(outcome, *self._expected)) / 1000"),
    ],
    "Judge.drift": [
        ("not np.isfinite(outcome).all()", "False"),
        ("not np.isfinite(outcome).all()", "not np.isfinite(outcome).any()"),
        ("not compared or (len(self.arrays.get('weights', ())) > SMALL and (not stretches))", "True"),
        ("not compared or (len(self.arrays.get('weights', ())) > SMALL and (not stretches))", "not compared or len(self.arrays.get('weights', ())) > SMALL"),
        ("not compared or (len(self.arrays.get('weights', ())) > SMALL and (not stretches))", "len(self.arrays.get('weights', ())) > SMALL and (not stretches)"),
        ("len(self.arrays.get('weights', ())) > SMALL", "len(self.arrays.get('weights', ())) >= SMALL"),
        ("max((net.drift(outcome[index], epochs) for index, net in self._nets.items()))", "min((net.drift(outcome[index], epochs) for index, net in self._nets.items()))"),
        ("stretches[-1].stop if stretches else units", "units"),
        ("0.0 if alone else self.error(outcome)", "0.0"),
        ("0.0 if alone else self.error(outcome)", "self.error(outcome)"),
    ],
    "_Net.__init__": [
        ("bound(GROWTH * self._steps * math.sqrt(path), magnitude, DTYPE)", "1000 * bound(GROWTH * self._steps * math.sqrt(path), magnitude, DTYPE)"),
        ("bound(GROWTH * self._steps * math.sqrt(path), magnitude, DTYPE)", "bound(GROWTH * self._steps * math.sqrt(path), magnitude, 'float16')"),
        ("math.sqrt(path)", "path ** 2"),
        ("self._after(units(case))", "self._before"),
    ],
    "_Net.error": [
        ("max(loss, *(apart(*layer, self._steps) for layer in layers))", "loss"),
        ("max(loss, *(apart(*layer, self._steps) for layer in layers))", "max(apart(*layer, self._steps) for layer in layers)"),
        ("max(loss, *(apart(*layer, self._steps) for layer in layers))", "min(loss, *(apart(*layer, self._steps) for layer in layers))"),
    ],
    "_Net.drift": [
        ("abs(self._loss(parameters) - expected)", "self._loss(parameters) - expected"),
        ("abs(self._loss(parameters) - expected)", "expected - self._loss(parameters)"),
        ("DRIFT * abs(self._before - expected)", "self._before"),
        ("DRIFT * abs(self._before - expected)", "DRIFT * self._before"),
    ],
    "_layers": [("(*net.weights, *net.biases)", "net.weights"), ("(*net.weights, *net.biases)", "net.biases"), ("(*net.weights, *net.biases)", "net.weights[:1]")],
    "apart": [
        ("abs(np.vdot(error, way)) / length if length else 0.0", "0.0"),
        ("abs(np.vdot(error, way)) / length if length else 0.0", "np.vdot(error, way) / length if length else 0.0"),
        ("along / (LENGTH * length + rounded)", "0.0"),
        ("np.linalg.norm(error) / (PLACE * length + rounded)", "0.0"),
        ("bound(steps, np.linalg.norm(trained), DTYPE)", "1000 * bound(steps, np.linalg.norm(trained), DTYPE)"),
        ("bound(steps, np.linalg.norm(trained), DTYPE)", "0.1"),
        ("bound(steps, np.linalg.norm(trained), DTYPE)", "bound(steps, 0, DTYPE)"),
    ],
    "_prediction": [
        ("output_bound(net, x, DTYPE, flushed=True)", "1000 * output_bound(net, x, DTYPE, flushed=True)"),
        ("output_bound(net, x, DTYPE, flushed=True)", "output_bound(net, x, DTYPE, flushed=True) / 1000"),
        ("math.prod(case.widths[:-1])", "max(case.widths)"),
    ],
    "_formula": [
        ("bound(units(case) * UPDATE, abs(first) + change, DTYPE, True) + bound(lost, change, DTYPE)", "1000 * bound(units(case) * UPDATE, abs(first) + change, DTYPE, True)"),
        ("bound(lost, change, DTYPE)", "1000 * bound(lost, change, DTYPE)"),
        ("bound(ACTIVATION, y, DTYPE, True)", "bound(1000 * ACTIVATION, y, DTYPE, True)"),
        ("bound(ACTIVATION, y, DTYPE, True)", "bound(0, y, DTYPE, True)"),
        ("ACTIVATION + terms", "1000 * (ACTIVATION + terms)"),
        ("magnitude if terms > 1 else abs(wide['grad_y'])", "1000 * (magnitude if terms > 1 else abs(wide['grad_y']))"),
        ("HEAD + math.sqrt(p.size)", "1000 * (HEAD + math.sqrt(p.size))"),
        ("HEAD + math.sqrt(p.size)", "0"),
        ("HEAD + p.shape[1]", "1000 * (HEAD + p.shape[1])"),
        ("HEAD + p.shape[1]", "0"),
    ],
}  # fmt: skip
