"""Benchmarks of npnet against TensorFlow and others: ``python -m benchmarks``.

`cases` says what is computed, `workloads` lists it, `contestants` compute it, each in a `worker` of its own; `race`
checks that they agree and times them in turns, each when the threads of the last one are `sleeping`; `tables`, `report`
and `plots` show the times. `guard` compares npnet's own times with a stored baseline. README.md has the method.
"""

from pathlib import Path

ROOT = Path(__file__).parent.parent
