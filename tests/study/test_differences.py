"""The page shows what the frameworks answered, folded, and never fails on the record."""

import json
from dataclasses import replace

import pytest

from npnet import derivations
from npnet.language import ENGLISH
from npnet.study import differences
from npnet.study import page as pages
from npnet.study.content import RunSettings, Section
from npnet.study.study import Study


def test_the_page_has_each_question_folded_at_the_end(page):
    record = differences.read()
    (table,) = page.with_class("differences")
    assert any(table in folded.all("table") for folded in page.all("details"))
    questions = [heading.text for heading in table.all("th") if heading.attributes.get("scope") == "row"]
    assert questions == [question.text.replace(" - ", " − ") for asked in record.topics.values() for question in asked]
    assert len(questions) >= 40
    assert all(version in page.all("main")[0].text for version in record.versions)
    assert page.all("table")[-1] is table


def test_answers_that_are_the_same_stand_together(tmp_path):
    record = {
        "date": "2026-01-01",
        "frameworks": [
            {"key": "a", "label": "A", "versions": "a 1"},
            {"key": "b", "label": "B", "versions": "b 2, a 1"},
        ],
        "rows": [{"topic": "t", "question": "q", "mathematics": "0", "answers": {"a": "1", "b": "1"}}],
    }
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    found = differences.read(file)
    assert found.topics == {"t": [("q", "0", {"1": ["A", "B"]})]}
    assert found.versions == ["a 1", "b 2"]
    assert found.total == 1


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "1", "null", "{}", '{"date": 1, "frameworks": [], "rows": [1]}', '{"frameworks": [{}], "rows": []}',
     '{"date": "x", "frameworks": [], "rows": [{"topic": "t", "question": "q", "mathematics": "", "answers": {"a": 1}}]'
     "}",
     b"\xff"],
)  # fmt: skip
def test_a_record_that_is_odd_or_missing_is_left_out(tmp_path, content):
    file = tmp_path / "record.json"
    assert differences.read(file) is None
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert differences.read(file) is None


@pytest.mark.parametrize("left_out", [False, True])
def test_without_a_record_the_page_is_made_without_the_section(monkeypatch, tmp_path, left_out):
    if left_out:
        monkeypatch.setattr(differences, "read", lambda: None)
    chain = replace(derivations.get("tanh"), cases=1)
    study = Study(RunSettings(quick=True), [Section("3", "Three")], [derivations.check(chain, symbolic=False)])
    text = pages.render(study, {}, ENGLISH, tmp_path)
    assert ("all-differences" in text) is not left_out
    assert text.rstrip().endswith("</html>")
