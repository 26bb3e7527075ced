"""Mutants of npnet/experiments/claims/verdicts.py."""

FUNCTIONS = [
    "Evidence", "above", "below", "between", "larger", "unless", "judge", "some", "together",
]  # fmt: skip
REWRITES = {
    # What is not refuted is shown, and what is not shown is refuted
    "above": [
        ("value.above(level) - value.below(level)", "value.estimate > level"),
        ("value.above(level) - value.below(level)", "1 - 2 * value.below(level)"),
        ("value.above(level) - value.below(level)", "2 * value.above(level) - 1"),
    ],
    "larger": [
        ("first.low > second.high", "first.estimate > second.estimate"),
        ("first.high < second.low", "first.estimate < second.estimate"),
    ],
    "judge": [
        ("core is not Evidence.SHOWN", "core is Evidence.REFUTED"),
        ("one is Evidence.SHOWN", "one is not Evidence.REFUTED"),
    ],
    "some.rule": [
        ("judge(max(evidence), *evidence)", "judge(max(evidence))"),
        ("judge(max(evidence), *evidence)", "judge(evidence[0], *evidence)"),
    ],
    "unless": [("exception is Evidence.SHOWN", "exception is Evidence.OPEN")],
}  # fmt: skip
