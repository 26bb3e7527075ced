"""The reference has every public name, needs nothing from elsewhere, and leads to the study and back."""

import importlib
import inspect
import re
from dataclasses import replace
from types import ModuleType

import pytest

from npnet import derivations
from npnet.language import ENGLISH
from npnet.study import links, page
from npnet.study.api.names import MODULES
from npnet.study.content import RunSettings, Section
from npnet.study.study import Study
from tests.study.browser import NARROW, WIDE, needs_chromium, show


def ids(tree):
    return {element.attributes["id"] for element in tree.all() if element.attributes.get("id")}


def without_anchor(pages, modules=MODULES):
    """Return the public names whose anchors the pages have not."""
    known = {name: ids(tree) for name, tree in pages.items()}
    missing = []
    for module in modules:
        for name in importlib.import_module(module).__all__:
            value = getattr(importlib.import_module(module), name)
            of = value.__name__ if isinstance(value, ModuleType) else module
            anchor = f"module-{of}" if isinstance(value, ModuleType) else f"{module}.{name}"
            if anchor not in known.get(f"{of}.html", ()):
                missing.append(f"{module}.{name}")
    return missing


def targets(tree):
    return [link.attributes["href"] for link in tree.all("a") if link.attributes.get("href")]


def test_the_command_prints_one_line(reference):
    out, done = reference
    assert done.stdout == f"The page: {(out / 'index.html').as_uri()}\n"
    assert done.stderr == ""
    assert [path.name for path in out.parent.iterdir()] == ["api"]


def test_every_public_name_has_an_anchor(pages):
    assert without_anchor(pages) == []


def test_a_name_that_is_missing_is_found(pages):
    entry = pages["npnet.losses.html"].one("npnet.losses.of_output")
    entry.attributes["id"] = "another"
    try:
        assert without_anchor(pages) == ["npnet.losses.of_output"]
    finally:
        entry.attributes["id"] = "npnet.losses.of_output"
    assert "npnet.losses.Loss" in without_anchor({"npnet.html": pages["npnet.html"]})


def test_every_link_leads_somewhere(pages):
    known = {name: ids(tree) for name, tree in pages.items()}
    for name, tree in pages.items():
        for target in targets(tree):
            file, _, anchor = target.partition("#")
            if not file.startswith("../"):
                assert anchor in {"", *known[file or name]}, (name, target)


def test_nothing_is_fetched_from_elsewhere(reference, pages):
    for name, tree in pages.items():
        for element in tree.all():
            for attribute in ("href", "src", "action"):
                assert not re.match(r"\w+:|//", element.attributes.get(attribute) or ""), (name, element)
    for sheet in reference[0].rglob("*.css"):
        rules = sheet.read_text(encoding="utf-8")
        assert "@import" not in rules
        assert set(re.findall(r"url\(\"?(\w+:|[^)]*)", rules)) <= {"data:"}


def test_formulas_are_mathml(pages):
    for name in ("activations", "initializers", "losses", "optimizers", "regularizers", "schedules"):
        tree = pages[f"npnet.{name}.html"]
        module = importlib.import_module(f"npnet.{name}")
        documented = [inspect.getdoc(getattr(module, one)) or "" for one in module.__all__]
        assert len(tree.all("math")) >= 2
        assert any(":math:" in text for text in documented)
    for name, tree in pages.items():
        code = {id(inner) for element in tree.all("pre", "code") for inner in (element, *element.all())}
        prose = [element for element in tree.all() if id(element) not in code]
        texts = [text for element in prose for text in element.inside if isinstance(text, str)]
        assert not [text for text in texts if re.search(r"\\[a-z]|:math:", text)], name


def test_a_colon_in_a_sentence_makes_no_field(pages):
    (entry,) = [part for part in pages["npnet.typing.html"].all("dl") if "npnet.typing.Seed" in ids(part)]
    assert entry.all("dd")[0].text.startswith("What random numbers are drawn from: a number")
    assert not [tree for tree in pages.values() for name in tree.all("dt") if name.text == "Type :"]


def test_no_value_has_a_path_or_an_address(reference):
    for path in reference[0].glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert str(links.ROOT) not in text
        assert " object at 0x" not in text


def test_examples_stand_as_they_run(pages):
    seen = 0
    for module in MODULES:
        shown = "\n".join(element.literal for element in pages[f"{module}.html"].all("pre"))
        for name in importlib.import_module(module).__all__:
            value = getattr(importlib.import_module(module), name)
            if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith("npnet."):
                lines = re.findall(r"^>>> .*$", inspect.getdoc(value) or "", re.MULTILINE)
                home = pages[f"{module}.html"].one(f"{module}.{name}").tag == "dt"
                assert not home or all(line in shown for line in lines), name
                seen += home and len(lines)
    assert seen > 100


def test_each_derivation_is_linked_from_what_it_ends_at_and_back(reference, pages, page):
    out, _ = reference
    found = [target for tree in pages.values() for target in targets(tree) if target.startswith("../")]
    linked = sorted(target.removeprefix("../index.html#derivation-") for target in found if "#" in target)
    assert linked == sorted(chain.name for chain in derivations.every())
    assert {target.removeprefix("../index.html#") for target in found if "#" in target} <= ids(page)
    for chain in derivations.every():
        folder, file, anchor = re.fullmatch(r"(\w+)/(.*)#(.*)", links.reference(chain.name, out.parent)).groups()
        assert folder == out.name
        assert f"../index.html#derivation-{chain.name}" in targets(entry(pages[file], anchor))


def entry(tree, anchor):
    """Return the innermost part of a page that describes a name."""
    *_, found = [part for part in tree.all("dl") if anchor in ids(part)]
    return found


@pytest.mark.parametrize("beside", [True, False])
def test_the_study_links_to_the_reference_that_lies_beside_its_page(beside, reference, tmp_path):
    chain = replace(derivations.get("tanh"), cases=1)
    study = Study(RunSettings(quick=True), [Section("3", "Three")], [derivations.check(chain, symbolic=False)])
    text = page.render(study, {}, ENGLISH, reference[0].parent if beside else tmp_path)
    name = "npnet.activations.Tanh"
    assert (f'<a href="api/npnet.activations.html#{name}"><code>{name}</code></a>' in text) == beside


@needs_chromium
@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", ["index", "npnet.losses", "npnet.optimizers", "npnet.network"])
def test_no_page_is_wider_than_the_screen(name, width, chromium, reference):
    show(chromium, width, "light")
    chromium.get((reference[0] / f"{name}.html").as_uri())
    assert chromium.execute_script("return document.documentElement.scrollWidth <= innerWidth")
