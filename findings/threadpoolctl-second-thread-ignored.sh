#!/usr/bin/env bash
# threadpoolctl 3.8.0: a limit on OpenBLAS that a second thread asks for is ignored in silence while the thread that
# set one before is alive, and so is the attempt of another thread to end a limit.
#
# Why a guess from memory is wrong: OpenBLAS has one number of threads for the whole process, and threadpoolctl 3.6 set
# it for whoever asked last. Workers that are threads (of a ThreadPoolExecutor, or of Dask in the same process) and each
# ask for one thread have two, where the caller once wrote threadpool_limits(2): no error, no warning, other bits.
#
# Seen (Python 3.11, threadpoolctl 3.8.0, numpy 2.4.6 from PyPI, OpenBLAS with pthreads, two processors):
#   a second thread asked for 1, has 2
#   a second thread ended the limit of 1, there is still 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6 threadpoolctl==3.8.0
cat > "$folder/run.py" << 'END'
import threading

import numpy  # noqa: F401
from threadpoolctl import threadpool_info, threadpool_limits


def threads():
    return threadpool_info()[0]["num_threads"]


def elsewhere(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


seen = []


def ask():
    with threadpool_limits(1, "blas"):
        seen.append(threads())


with threadpool_limits(2, "blas"):
    elsewhere(ask)
    print("a second thread asked for 1, has", seen[0])
    limit = threadpool_limits(1, "blas")
    elsewhere(limit.restore_original_limits)
    print("a second thread ended the limit of 1, there is still", threads())
    assert (seen, threads()) == ([2], 1)
END
"$folder/venv/bin/python" "$folder/run.py"
