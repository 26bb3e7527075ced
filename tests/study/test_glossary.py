"""Names that derivations define for their code: found where they are used, and defined once."""

import ast
import importlib

from npnet import derivations
from npnet.derivations.engine.helpers import helpers
from npnet.study.glossary import glossaries


def npnet_module(value):
    """The module of npnet's library that a function, a class or an activation is in; None for others."""
    name = getattr(value, "__module__", None) or type(value).__module__
    return None if name.startswith("npnet.derivations") else importlib.import_module(name)


def test_functions_and_constants_are_found_also_those_that_helpers_use():
    found = {helper.name: helper for helper in helpers(derivations.get("backpropagation"))}
    assert set(found) == {
        "gradient", "mse", "net_of", "HIDDEN", "jacobian", "outputs", "flat", "layer_gradients", "next_z",
    }  # fmt: skip
    assert found["HIDDEN"].code == "HIDDEN = [tanh, sigmoid]"
    assert found["outputs"].meaning == "the input, then the output of each layer."
    assert found["outputs"].code.startswith("def outputs(")
    assert '"""' not in found["outputs"].code
    # In the order of their use: what another helper needs comes before it
    names = list(found)
    assert names.index("flat") < names.index("layer_gradients")


def test_every_name_of_the_code_is_npnets_numpys_or_has_a_definition():
    for chain in derivations.every():
        defined = {helper.name for helper in helpers(chain)}
        for line in chain.lines:
            names = line.function.__globals__
            nodes = [node for node in ast.walk(ast.parse(line.code)) if isinstance(node, ast.Name)]
            own = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
            used = {node.id for node in nodes} & names.keys() - own
            public = {name for name in used if getattr(npnet_module(names[name]), name, None) is names[name]}
            assert used <= {"np", "partial", "Array"} | public | defined, chain.name


def test_a_name_that_two_files_give_to_two_things_has_two_definitions():
    first, second = glossaries([derivations.get("affine"), derivations.get("mse")]).values()
    assert first.links["mse"] == "#helper-mse"
    assert second.links["mse"] == "#helper-mse--2"
    assert [entry.helper.name for entry in second.defined] == ["mse", "derivative"]


def test_a_helper_is_defined_only_the_first_time():
    chains = derivations.every()
    entries = [entry for glossary in glossaries(chains).values() for entry in glossary.defined]
    assert len({entry.anchor for entry in entries}) == len(entries)
    assert [entry.helper.name for entry in entries].count("take_steps") == 1
