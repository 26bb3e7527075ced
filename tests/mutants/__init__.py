"""Mutants: npnet's formulas and engine, each time with one operation broken, which the fast suite must notice.

What does the checking is broken too: the bounds, the derivations' engine, the benchmarks' agreement.

``python -m tests.mutants`` runs them. `operators` says which operations are broken, and how; `mutant` finds them in a
module's syntax tree, where each has an address: its module, the function (or class) that holds it, the operation, and
its place among the function's operations of that kind. A rename or a move thus changes no address. `catalogue` has one
file for each module that is mutated; `running` and `worker` run the tests.
"""
