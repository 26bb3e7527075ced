"""Benchmarks of npnet against TensorFlow and others: ``python -m benchmarks``.

`cases` says what is computed, `workloads` lists it, `contestants` compute it, each in a `worker` of its own; `race`
checks that they agree and times them in turns; `tables`, `report` and `plots` show the times. `guard` compares npnet's
own times with a stored baseline.
"""

from pathlib import Path

ROOT = Path(__file__).parent.parent
