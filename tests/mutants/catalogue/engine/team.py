"""Mutants of npnet/engine/team.py."""

TESTS = ["tests/engine/test_ranks.py"]
FUNCTIONS = ["Team"]
EQUIVALENT = {
    "Team.together": dict.fromkeys(["next 0.5 #0"], "how long a reader may need is no matter of numbers"),
    "Team.agree": {"never if #0": "one process alone has the same error, with a longer traceback"},
    "Team.halves": {"negative 2 #1": "only whether the remainder is 0 matters"},
}
