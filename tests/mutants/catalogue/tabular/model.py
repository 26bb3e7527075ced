"""Mutants of npnet/tabular/model.py."""

TESTS = ["tests/tabular/test_model.py", "tests/tabular/test_keeping.py", "tests/tabular/test_samples.py"]
FUNCTIONS = ["Model", "load", "train", "_split", "_samples"]
EQUIVALENT = {
    "Model.predict": {"next -1 #0": "no rows have no names, of however many outputs"},
}
