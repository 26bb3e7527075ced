"""A framework's process: ``python -m reference.differences.worker KEY NAME …`` answers the rows of these names.

It writes lines of JSON: the versions, then for each row its name before it is asked, and its answer. So a process that
ends says which row ended it.
"""

import importlib
import json
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any, TextIO

from . import frameworks, topics


def main(arguments: Sequence[str]) -> None:
    """Answer."""
    key, *names = arguments
    # What libraries print goes to the errors
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    framework = frameworks.get(key)
    modules = [importlib.import_module(name) for name in framework.packages]
    _tell(answers, versions={module.__name__: module.__version__ for module in modules})
    for row in framework.asked([row for found in topics.rows().values() for row in found]):
        if row.name in names:
            _tell(answers, begun=row.name)
            try:
                _tell(answers, answer=row.ask(framework.package, modules[0]))
            except Exception as error:
                traceback.print_exc()
                _tell(answers, failed=f"{type(error).__name__}: {error}".splitlines()[0])


def _tell(answers: TextIO, **what: Any) -> None:
    print(json.dumps(what), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
