"""Mutants of reference/bounds/training.py: steps that are not those of training, and bounds that forget an error."""

REWRITES = {
    "stepped_by_step": [
        ("optimizer.clone()", "optimizer"),
        ("optimizer.begin_epoch(step)", "optimizer.begin_epoch(0)"),
        ("np.array(parameters)", "parameters"),
    ],
    "scheduled_bound": [
        ("max(smallest, *(optimizer.schedule(step) for step in range(len(gradients))))", "min(optimizer.schedule(step) for step in range(len(gradients)))"),
    ],
    "trained": [
        ("scheduled_bound(optimizer, parameters, exact) + moved", "moved"),
        ("scheduled_bound(optimizer, parameters, exact) + moved", "scheduled_bound(optimizer, parameters, exact)"),
        ("scheduled_bound(optimizer, parameters, exact) + moved", "1000 * (scheduled_bound(optimizer, parameters, exact) + moved)"),
        ("scheduled_bound(optimizer, parameters, exact) + moved", "scheduled_bound(optimizer, wide, exact) + moved"),
        ("np.minimum(limit, np.finfo(wide.dtype).max / 4)", "limit"),
    ],
    "clipped": [
        ("moved + rounded", "rounded"),
        ("moved + rounded", "moved"),
        ("moved + rounded", "1000 * (moved + rounded)"),
        ("gradient.error + rounded", "rounded"),
    ],
    "_moved_by_norm": [
        ("error + abs(g) * off / (norm - off)", "error"),
        ("norm + off <= limit", "norm <= limit"),
        ("norm <= off", "norm < 0"),
    ],
    "_moved": [
        ("Interval(value - error, value + error)", "Interval(value, value)"),
        ("optimizer.begin_epoch(step)", "optimizer.begin_epoch(0)"),
        ("optimizer.numbers(step + 1)", "optimizer.numbers(1)"),
    ],
}  # fmt: skip
