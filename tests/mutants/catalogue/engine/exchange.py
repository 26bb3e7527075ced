"""Mutants of npnet/engine/exchange.py."""

FUNCTIONS = ["Messages", "SharedMemory", "exchange_of", "memory_of_all", "_made", "_opened", "_mapped"]
EQUIVALENT = {
    "Messages.__init__": dict.fromkeys(["without upper #0", "next 0 #1"], "one process alone receives nothing"),
    "SharedMemory.gather_gradient": {"always if #0": "a copy onto itself; others may be reading it"},
}
