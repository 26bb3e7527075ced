"""Files that are made to do harm: what reads a model or a table answers each with what it holds, or a ValueError.

``python -m tests.fuzz model`` (or ``table``) lets atheris, a coverage-guided fuzzer, make them for some seconds, in
bounded memory. `targets` is what they are given to, and has the files that it begins with; `watch` sees that nothing in
them is run; `fuzzing` is the process that reads them, which may end at any file. The suite gives the targets some
hundred `mutations` without atheris.
"""
