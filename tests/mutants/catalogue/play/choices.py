"""Mutants of npnet/play/choices.py."""

FUNCTIONS = ["State.restarts", "State.second", "State._replaced", "_resized", "at_most", "declared"]
EQUIVALENT = {
    "declared": {
        **dict.fromkeys(["never if #0", "drop continue #0"], "all that optimizers declare are numbers"),
        **dict.fromkeys(
            ["without one and #1", "bound >= #0", "always if else #1"], "all of them have a lower limit, of one kind"
        ),
    },
}
