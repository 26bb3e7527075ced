from types import SimpleNamespace

import pytest

from tests.mutants.__main__ import main
from tests.mutants.running import OPTIONS

SOURCE = "def double(x):\n    return 2 * x\n\n\ndef hang(n):\n    while n > 0:\n        n -= 1\n    return n\n"
TESTS = "from npnet.a import double, hang\n\n\ndef test():\n    assert double({}) == {}\n    assert hang(2) == 0\n"
# The second cannot tell 2 * x from x + 1
ONE = ("--processes", "1")
GOOD, BLIND = TESTS.format(3, 6), TESTS.format(1, 2)
LEFT = "left * #0"


@pytest.fixture
def root(tmp_path, monkeypatch):
    # The tests of this small repository need neither NumPy nor hypothesis
    monkeypatch.setattr("tests.mutants.running.LOADED", ())
    monkeypatch.setattr("tests.mutants.running.OPTIONS", [*OPTIONS, "-p", "no:hypothesispytest"])
    for folder in ("npnet", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "npnet" / "a.py").write_text(SOURCE)
    (tmp_path / "tests" / "test_a.py").write_text(GOOD)
    return tmp_path


def entries(functions=("double",), **more):
    return {"a": SimpleNamespace(FUNCTIONS=list(functions), **more)}


def test_a_suite_that_notices_every_mutant_makes_exit_0(root, capsys):
    assert main([*ONE], root, entries()) == 0
    assert capsys.readouterr().out == "5 of 5 mutants killed; 0 of 0 equal ones survived\n"


def test_a_mutant_that_no_test_notices_makes_exit_1_and_is_run_again_by_failed(root, capsys):
    (root / "tests" / "test_a.py").write_text(BLIND)
    assert main([*ONE], root, entries()) == 1
    out = capsys.readouterr().out
    assert "SURVIVED: a:double: left * #0  (line 2)\n    2 * x  ->  2\n" in out
    survivors = [line for line in out.splitlines() if line.startswith("SURVIVED")]
    assert out.endswith(f"{5 - len(survivors)} of 5 mutants killed; 0 of 0 equal ones survived\n")
    (root / "tests" / "test_a.py").write_text(GOOD)
    assert main(["--failed", *ONE], root, entries()) == 0
    assert f"{len(survivors)} of {len(survivors)} mutants killed" in capsys.readouterr().out
    # Nothing failed in the last run
    assert main(["--failed", *ONE], root, entries()) == 2


def test_the_other_tests_are_run_where_a_modules_own_notice_nothing(root):
    (root / "tests" / "test_a.py").write_text(BLIND)
    (root / "tests" / "experiments").mkdir()
    (root / "tests" / "experiments" / "test_b.py").write_text(GOOD)
    assert main([*ONE], root, entries()) == 0
    assert main(["--own", *ONE], root, entries()) == 1


def test_only_tests_that_reach_a_mutant_are_run(root):
    count = root / "count.txt"
    count.touch()
    other = (
        f"from pathlib import Path\n\ncount = Path({str(count)!r})\n\n\n"
        "def test():\n    count.write_text(count.read_text() + '.')\n"
    )
    (root / "setup.cfg").write_text("[tool:pytest]\nfilterwarnings =\n    error\n")
    (root / "tests" / "test_b.py").write_text(other)
    assert main([*ONE], root, entries()) == 0
    # The run without a mutant
    assert count.read_text() == "."


def test_a_mutant_is_noticed_by_a_test_that_reads_what_another_one_computed(root):
    (root / "tests" / "test_a.py").write_text(
        "from npnet.a import double\n\nfound = []\n\n\ndef test_first():\n    found.append(double(3))\n\n\n"
        "def test_second():\n    assert found == [6]\n"
    )
    assert main([*ONE], root, entries()) == 0


def test_a_mutant_that_is_run_on_loading_is_met_by_all_tests_that_could_notice(root):
    (root / "npnet" / "a.py").write_text(f"{SOURCE}\n\nTHREE = 1 + 2\n")
    (root / "tests" / "test_a.py").write_text("from npnet.a import THREE\n\n\ndef test():\n    assert THREE == 3\n")
    assert main([*ONE], root, entries([""])) == 0


def test_an_equal_mutant_must_survive(root, capsys):
    same = {"double": [("2 * x", "x + x", "the same number")]}
    assert main([*ONE], root, entries((), REWRITES=same)) == 0
    assert capsys.readouterr().out == "0 of 0 mutants killed; 1 of 1 equal ones survived\n"
    assert main([*ONE], root, entries(EQUIVALENT={"double": {LEFT: "wrongly taken for equal"}})) == 1
    assert "KILLED, but computes the same: a:double: left * #0" in capsys.readouterr().out


def test_a_mutant_that_never_ends_is_killed(root, monkeypatch):
    monkeypatch.setattr("tests.mutants.running.MORE", 2)
    monkeypatch.setattr("tests.mutants.running.TIMES", 0)
    assert main([*ONE], root, entries((), REWRITES={"hang": [("n -= 1", "n += 1")]})) == 0


def test_tests_that_fail_without_a_mutant_make_exit_2(root, capsys):
    (root / "tests" / "test_a.py").write_text(TESTS.format(3, 7))
    assert main([*ONE], root, entries()) == 2
    assert capsys.readouterr().out == "tests fail without a mutant: python -m pytest tests/test_a.py\n"


def test_tests_that_need_what_a_slower_one_leaves_make_exit_2(root, capsys):
    (root / "tests" / "test_a.py").write_text(
        "from npnet.a import double, hang\n\nfound = []\n\n\ndef test_slow():\n    found.append(hang(10**5))\n\n\n"
        "def test_fast():\n    assert double(3) == 6\n    assert found == [0]\n"
    )
    assert main([*ONE], root, entries()) == 2
    expected = "tests fail without a mutant where the fastest are run first: tests/test_a.py\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (entries(["triple"]), "a: no function or class triple"),
        (entries(EQUIVALENT={"double": {"swap + #0": "why"}}), "a:double: no operation swap + #0"),
        (entries(EQUIVALENT={"hang": {"swap -= #0": "why"}}), "a: equivalent mutants in hang, where none are made"),
        (entries(REWRITES={"double": [("3 * x", "x")]}), "a:double: found 0 times: 3 * x"),
        ({"b": SimpleNamespace(FUNCTIONS=[])}, "b: no such module"),
        ({}, "no mutant has such an address"),
    ],
)
def test_an_address_that_does_not_fit_makes_exit_2(root, capsys, wrong, message):
    assert main([*ONE], root, wrong) == 2
    assert capsys.readouterr().out == f"{message}\n"


def test_mutants_are_chosen_by_module_address_and_at_random(root, capsys):
    def listed(*options):
        status = main(["--list", *options], root, entries(["double", "hang"]))
        return status, [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]

    _, every = listed()
    assert listed("--only", "a") == listed("--only", "npnet/a.py") == (0, every)
    assert listed("--only", "a:hang") == (0, [line for line in every if line.startswith("a:hang")])
    assert listed("--only", "a:hang", "--only", "a:double", "--only", "a:hang")[1] == [
        *listed("--only", "a:hang")[1], *listed("--only", "a:double")[1]
    ]  # fmt: skip
    assert listed("--only", "b")[0] == listed("--only", "a:no")[0] == 2
    _, some = listed("--sample", "4")
    assert len(some) == 4
    assert set(some) < set(every)
    assert listed("--sample", "4")[1] == some
    assert listed("--sample", "4", "--seed", "1")[1] != some


def test_a_module_beside_npnet_has_the_folders_of_the_repository_as_its_name(root, capsys):
    for path, text in (("other/b.py", SOURCE), ("tests/other/test_b.py", GOOD.replace("npnet.a", "other.b"))):
        for folder in (root / path).parents[: path.count("/")]:
            folder.mkdir(exist_ok=True)
        (root / path).write_text(text)
    beside = {"other/b": entries()["a"]}
    assert main([*ONE], root, beside) == 0
    assert capsys.readouterr().out == "5 of 5 mutants killed; 0 of 0 equal ones survived\n"
    assert main(["--list", "--only", "other/b:double"], root, beside) == 0
    assert "other/b:double: left * #0" in capsys.readouterr().out
    assert (root / "other" / "b.py").read_text() == SOURCE


def test_the_source_is_left_as_it_is(root):
    main([*ONE], root, entries())
    assert (root / "npnet" / "a.py").read_text() == SOURCE
