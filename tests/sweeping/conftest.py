import pytest

from npnet import datasets
from tests.sweeping.executors import EXECUTORS


@pytest.fixture(scope="session")
def irises():
    x, y, x_test, y_test = datasets.iris_split()
    return {"x": x, "y": y, "validation_data": (x_test, y_test)}


@pytest.fixture(scope="module")
def executor(request):
    """Open the executor that a test is run with, by its name in `EXECUTORS`."""
    with EXECUTORS[request.param]() as (opened, options):
        yield {"executor": opened, **options}
