"""The process of one training: ``python -m benchmarks.tabular.worker NAME TRAIN TEST SETTINGS`` prints it as JSON."""

import json
import sys
import time
import warnings

from benchmarks import threads
from benchmarks.tabular.contestants import CONTESTANTS, Settings
from benchmarks.worker import peak_memory


def main(name: str, train: str, test: str, settings: str) -> None:
    """Train, and print the seconds of each stage, the largest resident size until then, and the accuracy."""
    # That 5 epochs are not enough to converge is meant
    warnings.simplefilter("ignore")
    contestant = CONTESTANTS[name](Settings(**json.loads(settings)))
    start, ends = time.perf_counter(), {}
    contestant.train(train, lambda stage: ends.update({stage: time.perf_counter() - start}))
    memory = peak_memory()
    found = {"ends": ends, "memory": memory, "accuracy": contestant.accuracy(test), "threads": threads.taken()}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
