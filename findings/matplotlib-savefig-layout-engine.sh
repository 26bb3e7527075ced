#!/usr/bin/env bash
# matplotlib 3.11.2: set_layout_engine("none") is documented to remove the layout engine, but savefig still draws the
# figure twice for each file, as with the engine that was removed. And where a figure has no engine at all, savefig gives
# it one, if the setting figure.constrained_layout.use is on by then: the second file of the same figure is laid out anew.
#
# Why a guess from memory is wrong: "none" is what one calls to freeze a layout that was found once, so as not to pay for
# it again. It leaves a placeholder engine, and savefig asks only whether there is an engine; the first of its two draws
# renders nothing and is made to let an engine work. The second part comes from the same place: savefig turns the engine
# off for the time of the drawing and puts back what was there with set_layout_engine(None), which does not mean "no
# engine" but "what the settings say". Saving is thus no read-only operation.
#
# Seen (Python 3.11, matplotlib 3.11.2, NumPy 2.4.6 from PyPI), one line, saved as PNG:
#   with the constrained engine           2 draws
#   after set_layout_engine("none")       2 draws, the engine is a PlaceHolderLayoutEngine
#   without an engine                     1 draw
#   without, and the setting on           1 draw; then the figure has a ConstrainedLayoutEngine, and the axes move
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q matplotlib==3.11.2 numpy==2.4.6
cat > "$folder/run.py" << 'END'
from io import BytesIO

import matplotlib
from matplotlib.figure import Figure


def saved(figure):
    """Save a figure, and return how often its line was drawn and what engine it has then."""
    (line,) = figure.axes[0].lines
    draws, draw = [], type(line).draw
    line.draw = lambda renderer: (draws.append(renderer), draw(line, renderer))
    figure.savefig(BytesIO(), format="png")
    engine = figure.get_layout_engine()
    return len(draws), engine and type(engine).__name__


def new(layout):
    figure = Figure(layout=layout)
    figure.subplots().plot([1, 2])
    return figure


constrained, removed, without = new("constrained"), new("constrained"), new(None)
removed.set_layout_engine("none")
found = [saved(figure) for figure in (constrained, removed, without)]
print("constrained, removed, without:", *found)
assert found == [(2, "ConstrainedLayoutEngine"), (2, "PlaceHolderLayoutEngine"), (1, None)]

places = [without.axes[0].get_position().bounds]
with matplotlib.rc_context({"figure.constrained_layout.use": True}):
    for _ in range(2):
        print("without, the setting on:", saved(without))
        places.append(without.axes[0].get_position().bounds)
print("the axes are at", *places, sep="\n  ")
assert type(without.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"
assert places[0] == places[1] != places[2]
END
"$folder/venv/bin/python" "$folder/run.py"
