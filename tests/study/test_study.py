import pytest

from npnet.study.content import RunSettings, Section, Table, Worked, exercise
from npnet.study.study import Study

NUMBERS = ("3", "3.1", "3.1 (1)", "3.2", "5")


@pytest.fixture
def study():
    return Study(RunSettings(), [Section(number, number) for number in NUMBERS])


@pytest.mark.parametrize(
    ("number", "place"),
    [("3.1 (1)", "3.1 (1)"), ("3.1 (4)", "3.1"), ("3.3", "3"), ("3.2 (9)", "3.2"), ("5.2 (1)", "5")],
)
def test_what_has_no_section_of_its_own_stands_in_the_one_around(study, number, place):
    assert study.place(number) == place


def test_a_number_outside_all_sections_is_refused(study):
    with pytest.raises(ValueError, match=r"number: expected a section in one of 3, .*, got '4\.1'"):
        study.place("4.1")


def test_sections_stand_in_one_another(study):
    parts = study.children()
    assert [section.number for section in parts] == ["3", "5"]
    assert [section.number for section in study.children(parts[0])] == ["3.1", "3.2"]
    assert [section.number for section in study.children(study.sections[1])] == ["3.1 (1)"]


def test_levels_and_anchors():
    assert [Section(number, "").level for number in NUMBERS] == [2, 3, 4, 3, 2]
    assert Section("3.1 (1)", "").anchor == "section-3-1-1"


def test_a_long_tables_middle_is_left_out_of_its_preview():
    pandas = pytest.importorskip("pandas")
    table = Table(
        "t", "A table.", pandas.DataFrame({"n": range(30), "v": 1.0, "v low": 0.5, "v high": 2.0}), preview=True
    )
    assert len(list(table.cells())) == 30
    shown = list(table.cells(preview=True))
    assert len(shown) == 21
    assert shown[10] == ["…", "…"]
    assert shown[0] == ["0", "1 [0.5, 2]"]
    assert shown[-1][0] == "29"


@pytest.mark.parametrize("values", [{}, {"slope": "1", "other": "2"}, {"slop": "1"}])
def test_a_number_without_a_place_and_a_place_without_a_number_are_refused(values):
    with pytest.raises(ValueError, match="values: expected slope, got"):
        _ = Worked("The slope", "It is {slope}.", values).filled


def test_an_exercise_is_run_and_shows_what_runs():
    def task():
        import math

        print(math.floor(2.5))

    done = exercise("Why 2?", task, "It is {below} below.", below="½")
    assert (done.code, done.output) == ("import math\n\nprint(math.floor(2.5))", "2\n")
    assert done.filled == "It is ½ below."
