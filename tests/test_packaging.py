"""The installation: every package, and NumPy alone for the library."""

import ast
import configparser
import subprocess
import sys
from pathlib import Path

from npnet.language import LANGUAGES

ROOT = Path(__file__).parent.parent
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
# The import of any other package fails, as where it is not installed
BLOCKED = """
import importlib.abc, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in {
            "pandas", "matplotlib", "rich", "jinja2", "sympy", "babel", "contourpy", "pygments", "tensorflow", "scipy",
            "sphinx", "pyarrow", "sklearn"
        }:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


def run(code):
    return subprocess.run([sys.executable, "-c", BLOCKED + code], cwd=ROOT, capture_output=True, text=True, timeout=60)


# The folders beside npnet/ that the wheel carries inside of it
INSIDE = {"npnet.data": "data", "npnet.reference": "reference"}


def packages(folder):
    return {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / folder).rglob("__init__.py")}


def test_every_package_of_the_tree_is_listed():
    of_reference = {f"npnet.{name}" for name in packages("reference")}
    assert set(SETUP["options"]["packages"].split()) == packages("npnet") | of_reference | {"npnet.data"}


def test_folders_beside_the_package_are_installed_inside_of_it():
    lines = SETUP["options"]["package_dir"].split("\n")
    assert dict(line.split(" = ") for line in lines if line) == INSIDE
    assert all((ROOT / folder).is_dir() for folder in INSIDE.values())


def test_reference_names_its_own_modules_from_where_it_stands():
    for path in (ROOT / "reference").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module)
            assert not any(name.partition(".")[0] == "reference" for name in names), path


def test_reference_is_the_same_under_the_name_that_it_is_installed_by():
    done = run(
        "import npnet\n"
        "from importlib.util import module_from_spec, spec_from_file_location\n"
        "name, folder = 'npnet.reference', ['reference']\n"
        "spec = spec_from_file_location(name, 'reference/__init__.py', submodule_search_locations=folder)\n"
        "sys.modules[name] = package = module_from_spec(spec)\n"
        "spec.loader.exec_module(package)\n"
        "from npnet.reference.bounds import cases, errors, optimizers\n"
        "from npnet.reference.tensorflow.command import main\n"
        "print(errors.__name__, main.__module__, 'reference' in sys.modules)\n"
    )
    assert done.stdout == "npnet.reference.bounds.errors npnet.reference.tensorflow.command False\n", done.stderr


def test_the_catalogue_of_each_language_is_in_the_package():
    assert "locale/*.po" in SETUP["options.package_data"]["npnet"]
    catalogues = {path.stem for path in (ROOT / "npnet" / "locale").glob("*.po")}
    assert catalogues == set(LANGUAGES) - {"en"}


def test_the_library_needs_numpy_alone():
    required = [line for line in SETUP["options"]["install_requires"].splitlines() if line and not line.startswith("#")]
    assert [line.split()[0] for line in required] == ["numpy"]
    done = run(
        "from npnet import *\n"
        "x, y, x_test, y_test = datasets.iris_split()\n"
        "net = MLP([4, 8, 3], output='softmax', seed=0)\n"
        "net.fit(x, y, 'categorical_crossentropy', optimizers.Adam(0.01), epochs=2, regularizer='l2')\n"
        "Ensemble([4, 3], output='softmax', seeds=range(2)).fit(x, y)\n"
        "datasets.load_digits(), datasets.load_dots(), net.summary(), net.evaluate(x_test, y_test)\n"
        "print(gradcheck.check(lambda w: w @ w, lambda w: 2 * w, [1.0, 2.0]))\n"
    )
    assert done.returncode == 0, done.stderr
    assert "passed" in done.stdout


def test_a_command_names_what_is_missing_and_how_to_install_it():
    for command, package, extra, arguments in (
        ("study", "rich", "study", []),
        ("derive", "rich", "derive", []),
        ("train", "rich", "study", ["rows.parquet", "--target", "y"]),
        ("predict", "pyarrow", "tabular", ["model.safetensors", "rows.parquet"]),
    ):
        done = run(f"from npnet.cli import main; sys.exit(main({[command, *arguments]!r}))")
        assert done.returncode == 2
        way_out = f"pip install 'npnet[{extra}]' installs what it needs"
        assert done.stderr == f"npnet {command}: {package} is not installed; {way_out}\n"


def test_dir_lists_the_public_names():
    import npnet

    assert set(npnet.__all__) < set(dir(npnet))
    assert not any(name.startswith("_") for name in dir(npnet))
    assert all(getattr(npnet, name) is not None for name in dir(npnet))


def test_importing_npnet_loads_nothing_heavy():
    heavy = "{'pandas', 'matplotlib', 'tensorflow', 'rich', 'jinja2', 'sympy', 'babel', 'pygments', 'math_core', "
    heavy += "'reference', 'npnet.reference', 'pyarrow', 'safetensors'}"
    code = f"import sys; from npnet import *; MLP([4, 3], seed=0); print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout == "set()\n"
