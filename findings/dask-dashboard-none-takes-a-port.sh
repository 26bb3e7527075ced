#!/usr/bin/env bash
# distributed 2026.8.0: LocalCluster(dashboard_address=None), which its docstring says disables the dashboard, still has
# an HTTP server on the dashboard's port, 8787, and warns where that port is taken.
#
# Why a guess from memory is wrong: None is documented as the way to have no dashboard, so one expects no server and no
# port. None reaches the scheduler as "not said", and the scheduler takes its default, ":8787". Two such clusters at a
# time, in one process or in two, collide: the second warns, and ends with an error where warnings are errors.
# "127.0.0.1:0" is what takes any port that is free. (A dashboard proper needs bokeh, which is not installed here.)
#
# Seen (Python 3.11, distributed 2026.8.0 and dask 2026.8.0 from PyPI):
#   dashboard_address=None: a server on a port: True; a second cluster: Port 8787 is already in use.
#   dashboard_address='127.0.0.1:0': a server on a port: True; a second cluster: no warning
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q dask==2026.8.0 distributed==2026.8.0
cat > "$folder/run.py" << 'END'
import warnings

from distributed import LocalCluster


def cluster(address):
    return LocalCluster(1, threads_per_worker=1, processes=True, dashboard_address=address)


if __name__ == "__main__":
    for address, warned in ((None, True), ("127.0.0.1:0", False)):
        with cluster(address) as first, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            served = first.scheduler.http_server.port > 0
            with cluster(address):
                pass
        told = [str(one.message).splitlines()[0] for one in caught if "already in use" in str(one.message)]
        second = told[0] if told else "no warning"
        print(f"dashboard_address={address!r}: a server on a port: {served}; a second cluster: {second}")
        assert (served, bool(told)) == (True, warned)
END
"$folder/venv/bin/python" "$folder/run.py"
