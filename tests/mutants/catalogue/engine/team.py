"""Mutants of npnet/engine/team.py."""

TESTS = ["tests/engine/test_ranks.py"]
FUNCTIONS = ["Team"]
EQUIVALENT = {
    "Team.halves": {"negative 2 #1": "only whether the remainder is 0 matters"},
}
