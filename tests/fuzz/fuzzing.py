"""The process that makes files and has them read: atheris, in bounded memory, until the time is over or a file ends it.

``python -m tests.fuzz.fuzzing TARGET FOLDER WORK SECONDS SEED``: WORK is where files are written that are read. What a
target raises is kept, and the fuzzer goes on; a crash, a file that takes too long or too much memory ends the process,
and libFuzzer keeps the file.
"""

import hashlib
import mmap
import re
import resource
import struct
import sys
import traceback
import warnings
from pathlib import Path

from tests.fuzz.watch import watching

MEGABYTES = 500
"""What may be resident, the fuzzer's own memory with it."""
SPARE = 2 << 30
"""So many bytes more than at the start may be reserved: a jump in what is resident is seen only once in a second."""
RUNS = 100_000
"""So many files a process reads: libFuzzer keeps what it has seen, and grows by a kilobyte with each."""
SLOW = 20
"""A file that takes more seconds ends the process."""
LARGEST = {"model": 8192, "table": 4096}
"""The most bytes of a file."""
COUNTED = struct.Struct("QQ")


class Findings:
    """What targets raised, once for each place in the code; and how many files they were given."""

    def __init__(self, folder):
        self.folder = folder / "findings"
        self.folder.mkdir(parents=True, exist_ok=True)
        counts = folder / "counts"
        if not counts.exists():
            counts.write_bytes(bytes(COUNTED.size))
        with counts.open("r+b") as file:
            # Memory of the file, which is there whatever ends the process
            self._counts = mmap.mmap(file.fileno(), COUNTED.size)

    def counted(self):
        """Return how many files there were, and of how many something was found."""
        return COUNTED.unpack(self._counts[:])

    def give(self, enter, content):
        """Give a file to a target, and keep what it raises."""
        files, found = self.counted()
        self._counts[:] = COUNTED.pack(files + 1, found)
        try:
            with watching():
                enter(content)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self._counts[:] = COUNTED.pack(files + 1, found + 1)
            self._keep(error, content)

    def _keep(self, error, content):
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        name = hashlib.sha1(f"{type(error)}{places[-3:]}".encode()).hexdigest()[:12]
        if not (self.folder / name).exists():
            (self.folder / name).write_bytes(content)
            (self.folder / f"{name}.txt").write_text("".join(traceback.format_exception(error)), errors="replace")


def words(seeds):
    """Return a dictionary for libFuzzer: the words of seeds, which are names that files have."""
    found = sorted({word for seed in seeds for word in re.findall(rb"\w{3,30}", seed)})
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in found)


def main(target, folder, work, seconds, seed):
    """Fuzz; the process ends here."""
    import atheris

    with atheris.instrument_imports(include=["npnet"]):
        from tests.fuzz.targets import TARGETS
    run, seeds = TARGETS[target]
    folder, work = Path(folder), Path(work)
    findings, corpus = Findings(folder), folder / "corpus"
    corpus.mkdir(exist_ok=True)
    warnings.simplefilter("error")
    for content in seeds():
        (corpus / hashlib.sha1(content).hexdigest()).write_bytes(content)
        # What is imported late is there from now on
        run(content, work)
    (folder / "words").write_text(words(seeds()))
    limit = _reserved() + SPARE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    options = {
        "max_total_time": seconds,
        "runs": RUNS, "seed": seed, "rss_limit_mb": MEGABYTES, "timeout": SLOW, "max_len": LARGEST[target],
        "artifact_prefix": f"{folder}/findings/", "dict": folder / "words", "reload": 0, "print_final_stats": 1,
    }  # fmt: skip
    atheris.Setup(
        [sys.argv[0], str(corpus), *(f"-{name}={value}" for name, value in options.items())],
        lambda content: findings.give(lambda one: run(one, work), content),
    )
    atheris.Fuzz()


def _reserved():
    """Return the bytes of addresses that the process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main(*sys.argv[1:])
