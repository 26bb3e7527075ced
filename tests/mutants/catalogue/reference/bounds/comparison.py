"""Mutants of reference/bounds/comparison.py: bounds that are forgotten, and a NaN that passes."""

FUNCTIONS = ["Comparison.limit", "Comparison.excess", "Comparison.our_excess", "Comparison.ulps", "compared"]
EQUIVALENT = {
    "Comparison.ulps": dict.fromkeys(["swap + #0", "exchange - #0"], "an error counts the same to either side"),
}
REWRITES = {
    "Comparison.excess": [
        ("excess(self.ours, self.theirs, self.limit)", "excess(self.ours, self.theirs, 1000 * self.limit)"),
        ("excess(self.ours, self.theirs, self.limit)", "excess(self.ours, self.exact, self.limit)"),
        ("excess(self.ours, self.theirs, self.limit)", "excess(self.theirs, self.exact, self.limit)"),
        # A NaN that passes
        (
            "np.max(excess(self.ours, self.theirs, self.limit), initial=0)",
            "np.nanmax(excess(self.ours, self.theirs, self.limit) % np.inf, initial=0)",
        ),
    ],
    "Comparison.our_excess": [
        ("excess(self.ours, self.exact, self.our_limit)", "excess(self.theirs, self.exact, self.our_limit)"),
        ("excess(self.ours, self.exact, self.our_limit)", "excess(self.ours, self.exact, self.limit)"),
        ("excess(self.ours, self.exact, self.our_limit)", "excess(self.ours, self.theirs, self.our_limit)"),
    ],
    "Comparison.ulps": [
        ("size + error", "size"),
        ("abs(exact[finite]).max(initial=0)", "1e30"),
        ("(result == exact) | (np.isnan(result) & np.isnan(exact))", "(result == exact) | np.isnan(result)"),
    ],
    "compared": [
        ("(False, True)", "(True, True)"),
        ("(False, True)", "(True, False)"),
        ("(False, True)", "(False, False)"),
        ("Comparison(ours, theirs, exact, dtype, *limits)", "Comparison(ours, ours, exact, dtype, *limits)"),
        ("Comparison(ours, theirs, exact, dtype, *limits)", "Comparison(exact, theirs, exact, dtype, *limits)"),
    ],
}  # fmt: skip
