"""``python -m tests.mutants``: break one operation after the other, and see that the fast suite (no TensorFlow) fails.

First the tests are run without a mutant, and it is found which lines each of them runs. Then each mutant is made in a
copy of the repository, where the tests that reach it are run: those of its module, then those of the rest of the fast
suite. One that takes many times the seconds that the tests take counts as killed. Exit status 0 if all are killed and
those that compute the same survive, 1 if not, 2 if nothing matches, an address does not fit the source, or the tests
fail by themselves.
"""

import argparse
import random
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.progress import track

from tests.mutants import catalogue
from tests.mutants.mutant import AddressError, Mutant
from tests.mutants.running import ControlError, Copies, Suite

ROOT = Path(__file__).parents[2]
# The addresses of those that were not as they should be, for --failed
FAILED = ".mutants_failed"


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.split("\n\n")[0])
    only = "only those of a module (engine/layers) or folder (engine), or whose address begins so (optimizers:Adam)"
    parser.add_argument("--only", action="append", default=[], metavar="MODULE", help=f"{only}; may be repeated")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--list", action="store_true", help="list the mutants, and run none")
    parser.add_argument("--sample", type=int, metavar="K", help="only so many, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="what they are chosen with")
    parser.add_argument("--failed", action="store_true", help="only those that failed in the last run")
    parser.add_argument("--own", action="store_true", help="run a module's own tests alone, not the rest after them")
    return parser.parse_args(arguments)


def chosen(options: argparse.Namespace, root: Path, entries: dict[str, ModuleType]) -> list[Mutant]:
    """Return the mutants that the options name."""
    mutants: dict[str, Mutant] = {}
    wrong = []
    for only in options.only or [""]:
        address = only.removeprefix("npnet/").removesuffix(".py")
        module = address.partition(":")[0]
        for name in sorted(entries):
            if not module or name == module or name.startswith(f"{module}/"):
                try:
                    made = catalogue.mutants_of(root, name, entries[name])
                except AddressError as error:
                    wrong.append(str(error))
                else:
                    mutants |= {m.address: m for m in made if ":" not in address or m.address.startswith(address)}
    if wrong:
        raise AddressError("\n".join(wrong))
    return _narrowed(list(mutants.values()), options, root)


def _narrowed(mutants: list[Mutant], options: argparse.Namespace, root: Path) -> list[Mutant]:
    if options.failed:
        file = root / FAILED
        failed = set(file.read_text(encoding="utf-8").splitlines() if file.exists() else [])
        mutants = [mutant for mutant in mutants if mutant.address in failed]
    if options.sample is not None:
        mutants = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
    if not mutants:
        raise AddressError("no mutant has such an address")
    return mutants


def described(mutant: Mutant) -> str:
    return "\n    ".join([f"{mutant.address}  (line {mutant.line})", mutant.shown, *filter(None, [mutant.reason])])


def run(mutants: list[Mutant], suite: Suite, root: Path, processes: int) -> int:
    """Run the mutants, say which are not as they should be, and return the exit status."""
    console = Console(stderr=True)

    def shown(items: Iterable[Any], text: str, total: int) -> Iterable[Any]:
        return track(items, text, total, console=console, transient=True)

    wrong = []
    with Copies(root, processes) as copies:
        list(shown(suite.control(copies), "without a mutant", len(suite.files)))
        for mutant, killed in zip(mutants, shown(suite.killed(copies, mutants), "mutants", len(mutants))):
            if killed == bool(mutant.reason):
                wrong.append(mutant)
                print("KILLED, but computes the same:" if killed else "SURVIVED:", described(mutant), flush=True)
    same, noticed = sum(bool(m.reason) for m in mutants), sum(bool(m.reason) for m in wrong)
    total = len(mutants) - same
    print(f"{total - len(wrong) + noticed} of {total} mutants killed; {same - noticed} of {same} equal ones survived")
    (root / FAILED).write_text("\n".join(mutant.address for mutant in wrong), encoding="utf-8")
    return int(bool(wrong))


def main(arguments: list[str] | None = None, root: Path = ROOT, entries: dict[str, ModuleType] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = parsed(arguments)
    entries = catalogue.modules() if entries is None else entries
    try:
        mutants = chosen(options, root, entries)
        if options.list:
            print("\n".join(map(described, mutants)))
            return 0
        names = sorted({mutant.module for mutant in mutants})
        suite = Suite(root, {name: catalogue.tests_of(name, entries[name]) for name in names}, options.own)
        return run(mutants, suite, root, options.processes)
    except (AddressError, ControlError) as error:
        print(error)
        return 2


if __name__ == "__main__":
    sys.exit(main())
