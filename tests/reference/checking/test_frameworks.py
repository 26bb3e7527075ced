"""A model is handed to its framework's adapter; what would run code is refused, and so is what nobody knows."""

import pytest

from reference.checking import frameworks


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib", "MODEL.PT", "model.pth"])
def test_a_file_that_may_hold_code_is_refused_by_its_name(name):
    with pytest.raises(ValueError, match="model: expected a file whose loading runs no code, got a "):
        frameworks.adapter(name)


@pytest.mark.parametrize(("model", "said"), [("model.h5", "ends with .keras or .onnx, got 'model.h5'"), ([1], "list")])
def test_what_no_framework_has_made_is_refused(model, said):
    with pytest.raises(ValueError, match="model: expected ") as caught:
        frameworks.adapter(model)
    assert said in str(caught.value)


def test_a_subclass_belongs_to_the_framework_of_its_base(monkeypatch):
    base = type("Module", (), {"__module__": "torch.nn.modules.module"})
    mine = type("Mine", (base,), {"__module__": "mine"})
    asked = []

    class Loaded:
        @staticmethod
        def adapter(*arguments):
            asked.append(arguments)
            return "the adapter"

    def loaded(name, package):
        asked.append((name, package))
        return Loaded

    monkeypatch.setattr(frameworks, "import_module", loaded)
    model = mine()
    assert frameworks.adapter(model, loss="mse") == "the adapter"
    assert asked == [("..torch.adapter", "reference.checking"), (model, None, "mse", None)]
