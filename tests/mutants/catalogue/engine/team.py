"""Mutants of npnet/engine/team.py."""

TESTS = ["tests/engine/test_ranks.py"]
FUNCTIONS = ["Team"]
EQUIVALENT = {
    "Team.gather": {"without .copy #0": "threads see a copy in any case; MPI forbids that what is sent is written to"},
}
