#!/usr/bin/env bash
# NumPy 2.4.6: an exception that __len__ raises while numpy.asarray finds out what an object is, is dropped, and the result
# is an array of one object. That goes for KeyboardInterrupt and SystemExit too: Ctrl-C in that moment is lost, and the
# program runs on.
#
# Why a guess from memory is wrong: of two errors it is known that they are let through, RecursionError and MemoryError;
# errors of __array__ and of __getattr__ come out as they are, and Python's own functions, such as list(), never drop
# what is no Exception. So a loop over arrays of objects, as of symbols, seems to end with the first Ctrl-C, and once in
# many times does not.
#
# Seen (Python 3.11, numpy 2.4.6 from PyPI):
#   __len__ raises      numpy.asarray  numpy.array([x])  list(x)
#   KeyboardInterrupt   dropped        dropped           raised
#   SystemExit          dropped        dropped           raised
#   ValueError          dropped        dropped           raised
#   RecursionError      raised         raised            raised
#   MemoryError         raised         raised            raised
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6
cat > "$folder/run.py" << 'END'
import numpy as np


def outcome(function, error):
    class Sequence:
        def __len__(self):
            raise error

        def __getitem__(self, place):
            raise IndexError

    try:
        function(Sequence())
    except error:
        return "raised"
    return "dropped"


print("__len__ raises      numpy.asarray  numpy.array([x])  list(x)")
for error in (KeyboardInterrupt, SystemExit, ValueError, RecursionError, MemoryError):
    found = [outcome(function, error) for function in (np.asarray, lambda x: np.array([x]), list)]
    print(f"{error.__name__:<20}{found[0]:<15}{found[1]:<18}{found[2]}")
    seen = "raised" if error in (RecursionError, MemoryError) else "dropped"
    assert found == [seen, seen, "raised"], (error, found)
END
"$folder/venv/bin/python" "$folder/run.py"
