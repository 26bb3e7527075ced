import ast

import pytest

from tests.mutants.mutant import Module


def made(body):
    """What the operators make of a function's body: each operation with the broken body, without indentation."""
    source = "def f(a, b):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    for mutant in Module("m", source).generated("f", {}):
        lines = ast.unparse(ast.parse(mutant.source).body[0].body).splitlines()
        yield mutant.operation, "\n".join(line.strip() for line in lines)


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("return a + b", "swap +", ["return a - b"]),
        ("return a - b", "swap -", ["return a + b"]),
        ("return a * b", "swap *", ["return a / b"]),
        ("return a / b", "swap /", ["return a * b"]),
        ("return a ** b", "swap **", ["return a * b"]),
        ("return a - b", "exchange -", ["return b - a"]),
        ("return a @ b", "exchange @", ["return b @ a"]),
        ("return a + b", "exchange", []),
        ("return a * (a + b)", "swap +", ["return a * (a - b)"]),
        ("return 2 * (a + b)", "left *", ["return 2"]),
        ("return 2 * (a + b)", "right *", ["return a + b"]),
        ("return a / b", "left /", ["return a"]),
        ("return a - b", "right", []),
        ("return -a", "without -", ["return a"]),
        ("return not a", "without not", ["return a"]),
        ("return a or b", "without one or", ["return b", "return a"]),
        ("a += b", "swap +=", ["a -= b"]),
        ("a -= b", "assign -=", ["a = b"]),
        ("a *= b", "drop *=", ["pass"]),
        ("return a < b", "bound <", ["return a <= b"]),
        ("return a < b", "turn <", ["return a > b"]),
        ("return 0 <= a < b", "bound", ["return 0 < a < b", "return 0 <= a <= b"]),
        ("return a == b", "turn ==", ["return a != b"]),
        ("return a in b", "turn in", ["return a not in b"]),
        ("return 2 * a", "next 2", ["return 3 * a"]),
        ("return 2 * a", "negative 2", ["return -2 * a"]),
        ("return 1 - a", "zero 1", ["return 0 - a"]),
        ("return 0", "next 0", ["return 1"]),
        ("return -1", "next -1", ["return 0"]),
        ("return a ** 2", "negative 2", ["return a ** (-2)"]),
        ("return a[1]", "next 1", ["return a[2]"]),
        ("return a[1] > 1", "negative", []),
        ("return f(a, keepdims=True)", "turn True", ["return f(a, keepdims=False)"]),
        ("return np.sum(a, axis=0)", "axis 0", ["return np.sum(a, axis=1)"]),
        ("return np.sum(a, axis=-1)", "axis -1", ["return np.sum(a, axis=0)"]),
        ("return np.sum(a, axis=1)", "without axis=", ["return np.sum(a)"]),
        ("return np.sum(a, axis=0)", "next", []),
        ("return np.add(a, b)", "call np.add", ["return np.subtract(a, b)"]),
        ("return np.divide(a, b)", "call np.divide", ["return np.multiply(a, b)"]),
        ("return np.maximum.reduce(a)", "call np.maximum", ["return np.minimum.reduce(a)"]),
        ("return np.greater(a, b)", "call np.greater", ["return np.greater_equal(a, b)"]),
        ("return np.log1p(a)", "call np.log1p", ["return np.log(a)"]),
        ("return f(a, np.log)", "call np.log", ["return f(a, np.log1p)"]),
        ("return a.mean()", "call .mean", ["return a.sum()"]),
        ("return a.mean", "call", []),
        ("return min(a, b)", "call min", ["return max(a, b)"]),
        ("return np.subtract(a, b, out=a)", "exchange np.subtract", ["return np.subtract(b, a, out=a)"]),
        ("return np.where(a, 0, b)", "exchange np.where", ["return np.where(a, b, 0)"]),
        ("return np.sqrt(a, out=b)", "without np.sqrt", ["return a"]),
        ("return np.dot(a.T, b)", "without .T", ["return np.dot(a, b)"]),
        ("return a.copy()", "without .copy", ["return a"]),
        ("return np.multiply(a, b, where=a, out=b)", "without where=", ["return np.multiply(a, b, out=b)"]),
        ("return np.multiply(a, b, out=b)", "without", []),
        ("return a[1:b]", "without lower", ["return a[:b]"]),
        ("return a[:, :-1]", "without upper", ["return a[:, :]"]),
        ("return a[::-1]", "without step", ["return a[:]"]),
        ("return a if b else 0", "always if else", ["return a if True else 0"]),
        ("return a if b else 0", "never if else", ["return a if False else 0"]),
        ("if a:\n    b = 1\nreturn b", "always if", ["if True:\nb = 1\nreturn b"]),
        ("if a:\n    raise ValueError\nreturn b", "always", []),
        ("if a:\n    raise ValueError\nreturn b", "never if", ["if False:\nraise ValueError\nreturn b"]),
        ("while a:\n    b()", "never while", ["while False:\nb()"]),
        ("return [x for x in a if x]", "always filter", ["return [x for x in a if True]"]),
        ("a[0] = b", "drop =", ["pass"]),
        ("a = b", "drop =", ["pass"]),
        ("c = b", "drop", []),
        ("a.sort()", "drop call", ["pass"]),
        ("for _ in a:\n    break", "drop break", ["for _ in a:\npass"]),
    ],
)
def test_an_operation_is_broken_in_this_way(body, kind, expected):
    assert [text for operation, text in made(body) if operation.startswith(kind)] == expected


def test_defaults_are_broken_too():
    mutants = Module("m", "def f(a=2):\n    return a\n").generated("f", {})
    assert [m.source.splitlines()[0] for m in mutants] == ["def f(a=(3)):"]


def test_texts_types_and_what_an_error_says_are_left_alone():
    body = '"""Has 1 + 1."""\nx: Literal[1] = a\nif a:\n    raise ValueError(1 + 1)\nreturn f"{1 + 1}"'
    assert [operation for operation, _ in made(body)] == ["never if"]


def test_every_mutant_differs_from_its_source_and_from_the_others():
    body = "c = np.add(a, -b * 2, out=a)\nc[1:] -= np.sum(b, axis=0) if a.any() else 1\nreturn not a < b"
    texts = [text for _, text in made(body)]
    assert len(set(texts)) == len(texts)
    assert ast.unparse(ast.parse(body)) not in texts
