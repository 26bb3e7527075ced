"""Mutants of npnet/derivations/engine/report.py."""

FUNCTIONS = ["Comparison", "Check", "Report"]
REWRITES = {
    "Comparison.__bool__": [
        # A NaN that holds
        ("self.discrepancy <= 1", "not self.discrepancy > 1"),
        ("self.discrepancy <= 1", "self.discrepancy <= 1000"),
        ("self.discrepancy <= 1", "True"),
        ("self.symbolic != 'differs'", "self.symbolic is None"),
        ("not self.problem", "True"),
    ],
    "Comparison.failure": [("not self.discrepancy <= 1", "self.discrepancy > 1")],
    "Check.__bool__": [
        ("self.formula is None or bool(self.formula)", "True"),
        ("self.formula is None or bool(self.formula)", "bool(self.formula)"),
        ("bool(self.code)", "True"),
    ],
    "Report.__bool__": [("all(self.checks)", "bool(self.checks[-1])"), ("all(self.checks)", "bool(self.checks[0])")],
    "Report.discrepancy": [("max", "next")],
}  # fmt: skip
