#!/usr/bin/env bash
# Sphinx 9.0.4: its own extension sphinx.ext.napoleon cannot be used where Python's warnings are errors.
#
# Why a guess from memory is wrong: napoleon is part of Sphinx and released with it, so one expects the two to agree, and
# `-W error` to be as harmless as it is with autodoc alone. But Sphinx deprecates the form in which napoleon calls it, and
# the first documented object ends the build with status 2 and an ExtensionError. Sphinx's
# own option of the same letter, `sphinx-build -W`, does not show it, as it counts Sphinx's log and not Python's warnings.
#
# Seen (Python 3.11, sphinx 9.0.4 from PyPI), with one class that has an "Attributes" section:
#   autodoc alone, python -W error:    status 0
#   with napoleon, python -W error:    status 2
#   with napoleon, sphinx-build -W:    status 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q sphinx==9.0.4
mkdir "$folder/src"
cat > "$folder/src/one.py" << 'END'
class One:
    """One thing.

    Attributes
    ----------
    size : int
        Its size.
    """
END
printf 'One\n===\n\n.. autoclass:: one.One\n' > "$folder/src/index.rst"
built() {
    local name=$1 extensions=$2
    shift 2
    echo "extensions = [$extensions]" > "$folder/src/conf.py"
    local status=0
    PYTHONPATH="$folder/src" "$folder/venv/bin/python" "$@" -q -E -b html "$folder/src" "$folder/$RANDOM" \
        > "$folder/said" 2>&1 || status=$?
    echo "$name  status $status"
    if [ "$status" != 0 ]; then grep -h -i -m 2 "deprecat" "$folder/said" || true; fi
    last=$status
}
built "autodoc alone, python -W error: " '"sphinx.ext.autodoc"' -W error -m sphinx
test "$last" = 0
built "with napoleon, python -W error: " '"sphinx.ext.autodoc", "sphinx.ext.napoleon"' -W error -m sphinx
test "$last" = 2
grep -qi "deprecat" "$folder/said"
built "with napoleon, sphinx-build -W: " '"sphinx.ext.autodoc", "sphinx.ext.napoleon"' -m sphinx -W
test "$last" = 0
