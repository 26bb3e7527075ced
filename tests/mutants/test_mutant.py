import ast

import pytest

from tests.mutants.mutant import AddressError, Module, splice

SOURCE = '''
class Line:
    def value(self, x, slope=2):
        """Return ``slope * x - 1``."""
        return slope * x - 1  # Straße ×

def other(x):
    def inner(y):
        return y - 3
    return inner(x) - x
'''
# The same with other names, places and line breaks
MOVED = """
def other(given):

    def inner(z):
        return (z -
                3)

    return inner(given) - given


class Line:
    def value(self, z, factor=2):
        # a comment
        scaled = (factor
                  * z)
        return scaled - 1
"""


def addresses(source):
    module = Module("m", source)
    return {mutant.address for scope in module.scopes for mutant in module.generated(scope, {})}


def test_an_address_says_where_an_operation_is_and_which_of_its_kind():
    assert {
        "m:Line.value: swap * #0",
        "m:Line.value: next 2 #0",
        "m:other: exchange - #0",
        "m:other.inner: exchange - #0",
    } <= addresses(SOURCE)


def test_renaming_moving_and_reformatting_change_no_address():
    assert addresses(SOURCE) == addresses(MOVED)


def test_a_mutant_has_the_lines_of_its_statement():
    module = Module("m", MOVED)
    lines = {mutant.address: (mutant.line, mutant.lines) for mutant in module.generated("other.inner", {})}
    assert lines["m:other.inner: exchange - #0"] == (5, range(5, 7))
    # A default is computed where the function is made
    (default,) = [m for m in module.generated("Line.value", {}) if m.address == "m:Line.value: next 2 #0"]
    assert default.lines == range(12, 17)


def test_another_operation_has_another_address():
    changed = SOURCE.replace("slope * x - 1  #", "slope * x + 1  #")
    kinds = ("swap", "exchange", "left")
    assert addresses(SOURCE) - addresses(changed) == {f"m:Line.value: {kind} - #0" for kind in kinds}


def test_operations_of_one_kind_are_counted_through_a_propertys_definitions():
    source = "class A:\n @property\n def a(self):\n  return 1\n @a.setter\n def a(self, value):\n  self.b = 1\n"
    assert [m.address for m in Module("m", source).generated("A.a", {}) if "next" in m.operation] == [
        "m:A.a: next 1 #0",
        "m:A.a: next 1 #1",
    ]


def test_a_mutants_source_is_the_same_but_for_its_operation():
    (mutant,) = (m for m in Module("m", SOURCE).generated("Line.value", {}) if m.operation == "swap *")
    assert mutant.source == SOURCE.replace("slope * x - 1  #", "(slope / x) - 1  #")


def test_a_replaced_node_may_go_over_lines_of_more_than_ascii():
    source = 'a = ("×", [\n  "ß", 1 +\n  2, "ü"])\n'
    (node,) = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.BinOp))
    assert splice(source, node, "3") == 'a = ("×", [\n  "ß", 3, "ü"])\n'


def test_a_class_stands_for_all_its_methods():
    module = Module("m", SOURCE)
    assert module.within("Line") == ["Line", "Line.value"]
    assert module.within("other.inner") == ["other.inner"]
    assert module.within("") == [""]


def test_an_expression_is_found_whatever_its_layout():
    for source in ("def f(a): return 2 * a[0]", "def f(a):\n    return (2 *\n  a[ 0 ] )  # why"):
        mutant = Module("m", source).rewritten("f", "2*a[0]", "a[0]")
        assert ast.unparse(ast.parse(mutant.source)) == "def f(a):\n    return a[0]"
        assert mutant.address == "m:f: 2*a[0] -> a[0] #0"


def test_a_statement_is_found_too():
    mutant = Module("m", "def f(a):\n    a += 1; return a\n").rewritten("f", "a += 1", "a = 1")
    assert mutant.source == "def f(a):\n    a = 1; return a\n"


@pytest.mark.parametrize(
    "make",
    [
        lambda module: module.within("Lines"),
        lambda module: module.rewritten("Line.valu", "x", "y"),
        lambda module: module.rewritten("Line.value", "slope + x", "slope"),
        # Found twice
        lambda module: module.rewritten("other", "x", "y"),
        lambda module: list(module.generated("Line.value", {"swap * #1": "there is only one"})),
        lambda module: list(module.generated("Line.value", {"swap @ #0": "there is none"})),
    ],
)
def test_an_address_with_nothing_or_two_things_there_is_refused(make):
    with pytest.raises(AddressError):
        make(Module("m", SOURCE))
