"""Two reports beside each other."""

import pytest

from benchmarks import compare, report
from benchmarks.race import Settings
from benchmarks.statistics import Spread
from tests.benchmarks.test_report import LONG, results


def saved(folder, factor=1.0, **changes):
    (result,) = results()
    measured = result.times[LONG]
    measured.rounds = [1.1e-3 * factor, 1.2e-3 * factor, 1.3e-3 * factor]
    for name, value in changes.items():
        setattr(result, name, value)
    folder.mkdir()
    report.save(folder, [[result]], [], Settings())
    return folder


def test_what_both_have_stands_beside_each_other(tmp_path, capsys):
    old, new = saved(tmp_path / "old"), saved(tmp_path / "new", 3)
    assert compare.main([str(old), str(new)]) == 0
    out = capsys.readouterr().out
    assert "npnet gained" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    (row,) = [line for line in out.splitlines() if LONG in line]
    assert row.split()[-3:] == ["3", "npnet", "gained"]


def test_middle_halves_that_meet_leave_it_open():
    assert compare.verdict(Spread(1.0, 2.0, 3.0), Spread(3.0, 4.0, 5.0)) == ""
    assert compare.verdict(Spread(1.0, 2.0, 2.9), Spread(3.0, 4.0, 5.0)) == "npnet gained"
    assert compare.verdict(Spread(3.0, 4.0, 5.0), Spread(1.0, 2.0, 2.9)) == "npnet lost"


def test_void_times_are_compared_with_nothing(tmp_path):
    (result,) = results()
    rounds = [1.0e-3, 9.0e-3, 60.0e-3]
    times = result.times | {LONG: type(result.times[LONG])(LONG, 1.0, None, None, 1, rounds, 4)}
    assert compare.load(saved(tmp_path / "steady"))
    assert compare.load(saved(tmp_path / "void", times=times)) == {}


@pytest.mark.parametrize("text", [None, "a,b\n1,2\n", "benchmark,case,contestant,status,ratio\nx,y,z,measured,a\n"])
def test_what_is_no_report_gives_one_line_and_status_2(text, tmp_path, capsys):
    good = saved(tmp_path / "good")
    other = tmp_path / "other"
    other.mkdir()
    if text is not None:
        (other / "results.csv").write_text(text, encoding="utf-8")
    assert compare.main([str(good), str(other)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_reports_with_nothing_in_common_give_status_2(tmp_path, capsys):
    (result,) = results()
    old, new = saved(tmp_path / "old"), saved(tmp_path / "new", times={"npnet": result.times["npnet"]})
    assert compare.main([str(old), str(new)]) == 2
    assert "nothing" not in capsys.readouterr().out
