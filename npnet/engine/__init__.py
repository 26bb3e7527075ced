"""The engine: how the formulas are run fast. Its README goes through one training step, in order."""
