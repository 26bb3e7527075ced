"""A sweep as each process of mpiexec runs it; the first one prints its table's digest."""

import sys

from npnet import datasets, sweep
from tests.sweeping.executors import bits

if __name__ == "__main__":
    x, y, x_test, y_test = datasets.iris_split()
    space = {"units": [(), (5,), (64, 64)], "optimizer": ["sgd", "adam"], "seed": range(3)}
    file = sys.argv[2] if len(sys.argv) > 2 else None
    executor = None if sys.argv[1] == "here" else sys.argv[1]
    try:
        with sweep(space, x, y, validation_data=(x_test, y_test), epochs=20, executor=executor, file=file) as table:
            print(len(table), bits(table))
    except ValueError as error:
        print(error)
