"""``python -m tests.fuzz model --seconds 60``: files that are made to do harm, as many as there are in so many seconds.

Each is read by npnet, which may refuse it by a ValueError and nothing else, in at most 500 MB, with nothing run that
stands in it. FOLDER keeps the files that came to new places in the code, from which the next run goes on, and what was
found. Exit status 0 if nothing was, 1 if something was, 2 without atheris (``pip install 'npnet[fuzz]'``).
"""

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.fuzzing import LARGEST, Findings

MOST_ENDS = 20
"""After so many files that end the process, the run ends: they have one reason, as a rule."""
MEMORY = "/dev/shm"
"""Where Linux keeps files in memory: three times as many are read there as on a disk."""
LONGER = 120
"""A process may take so many seconds more than it was given, to start and to end."""


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n\n")[0])
    parser.add_argument("target", choices=tuple(LARGEST))
    parser.add_argument("--seconds", type=int, default=60, metavar="N")
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="default: .fuzz")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser.parse_args(arguments)


def run(options, folder):
    """Fuzz until the time is over, in as many processes as files end, and return how many that were."""
    end, ended = time.monotonic() + options.seconds, 0
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with (folder / "log").open("wb") as log, tempfile.TemporaryDirectory(dir=memory) as work:
        while (left := round(end - time.monotonic())) > 0 and ended < MOST_ENDS:
            command = [sys.executable, "-m", "tests.fuzz.fuzzing", options.target, str(folder), work, str(left)]
            process = subprocess.Popen([*command, str(options.seed + ended)], stdout=log, stderr=log)
            try:
                ended += process.wait(left + LONGER) != 0
            finally:
                process.kill()
                process.wait()
    return ended


def main(arguments=None):
    """Run the command, and return its exit status."""
    options = parsed(arguments)
    if importlib.util.find_spec("atheris") is None:
        print("tests.fuzz: atheris is not installed; pip install 'npnet[fuzz]' installs it", file=sys.stderr)
        return 2
    folder = options.folder / options.target
    findings = Findings(folder)
    before = findings.counted()
    ended = run(options, folder)
    files, found = (now - then for now, then in zip(findings.counted(), before))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"{options.target}: {files} files in {options.seconds} s, at most {peak} MB; {found} raised something else "
          f"than a ValueError, {ended} ended the process")  # fmt: skip
    for file in sorted(findings.folder.iterdir()):
        print(f"  {file}")
    return int(bool(found or ended))


if __name__ == "__main__":
    sys.exit(main())
