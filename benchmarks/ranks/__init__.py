"""One net on several processes, beside one process and torch's DistributedDataParallel: ``python -m benchmarks.ranks``.

`contestants` start the processes, of which each is a `worker`; `model` says what to expect of more of them.
"""
