"""Mutants of npnet/engine/lockstep.py."""

TESTS = ["tests/engine/test_lockstep.py", "tests/saving/test_checkpoints.py"]
FUNCTIONS = [
    "Freeze", "Group", "Lockstep.__init__", "Lockstep.done", "Lockstep.epoch", "Lockstep._joined",
    "Lockstep._mark_frozen",
]  # fmt: skip
EQUIVALENT = {
    "Freeze.steps": {"always if #0": "of finite numbers none is frozen"},
    "Freeze._step": {"always if else #0": "where no member is frozen, none is treated so"},
    "Group.scatter": {"never if else #0": "the numbers of one member are the same in an array"},
    "Lockstep.__init__": {"exchange - #0": "a key, which differs where the sizes do"},
    "Lockstep.epoch": {"always if #0": "where no member is frozen, none is marked"},
}
REWRITES = {
    "Freeze._step.refuse": [("moved[:, self.frozen] = w[:, self.frozen]", "moved[:, self.frozen] = 0")],
    "Group.scatter": [
        ("optimizer.subset(self.part)", "optimizer.subset(slice(0, self.part.stop - self.part.start))"),
        (
            "self.part.start if self.alone else self.part",
            "0 if self.alone else slice(0, self.part.stop - self.part.start)",
        ),
    ],
    "Lockstep.__init__": [
        ("passes.setdefault(part.stop - part.start, {})", "None"),
        ("passes.setdefault(part.stop - part.start, {})", "passes.setdefault(0, {})"),
    ],
    "Lockstep._joined": [
        ("joined[name][..., group.part] = values", "joined[name][:] = np.resize(values, joined[name].shape)")
    ],
}
