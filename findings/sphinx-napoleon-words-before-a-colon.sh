#!/usr/bin/env bash
# Sphinx 9.0.4: with napoleon, also when it is set to the numpy style alone, the words before a colon in the first line of
# a property's or an attribute's docstring leave the sentence and are printed as its type.
#
# Why a guess from memory is wrong: "type: description" is the Google style's form, so one expects that
# napoleon_google_docstring = False ends it; and a docstring of one sentence, without any section, seems to have nothing
# that napoleon could rewrite. Both settings are read alike here, no warning is given, and the page looks whole.
#
# Seen (Python 3.11, sphinx 9.0.4 from PyPI), for the docstring "Units per side: at least one." of a property:
#   autodoc alone: Units per side: at least one.
#   napoleon, google_docstring = True:  at least one. Type: Units per side
#   napoleon, google_docstring = False:  at least one. Type: Units per side
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q sphinx==9.0.4
mkdir "$folder/src"
cat > "$folder/src/one.py" << 'END'
class One:
    """One thing."""

    @property
    def size(self):
        """Units per side: at least one."""
        return 1
END
printf 'One\n===\n\n.. autoclass:: one.One\n   :members:\n' > "$folder/src/index.rst"
shown() {
    printf '%s\n' "${@:2}" > "$folder/src/conf.py"
    PYTHONPATH="$folder/src" "$folder/venv/bin/python" -m sphinx -q -E -b text "$folder/src" "$folder/out"
    text=$(sed '1,/property size/d' "$folder/out/index.txt" | tr -s ' \n' ' ')
    echo "$1$text"
}
shown "autodoc alone:" 'extensions = ["sphinx.ext.autodoc"]'
test "$text" = " Units per side: at least one. "
napoleon='extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]'
for setting in True False; do
    shown "napoleon, google_docstring = $setting: " "$napoleon" "napoleon_google_docstring = $setting"
    test "$text" = " at least one. Type: Units per side "
done
