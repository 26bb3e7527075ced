"""Mutants of npnet/engine/exchange.py."""

FUNCTIONS = ["Messages", "SharedMemory", "exchange_of", "memory_of_all", "_made", "_opened", "_mapped"]
EQUIVALENT = {}
