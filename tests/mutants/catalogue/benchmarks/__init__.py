"""Mutants of benchmarks."""
