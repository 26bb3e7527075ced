"""Mutants of reference/tensorflow, of what needs no TensorFlow."""
