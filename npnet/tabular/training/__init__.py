"""A training as ``npnet train`` does it: its settings, what it measures, and the files that it leaves."""
