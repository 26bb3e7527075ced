from pathlib import Path

import npnet
from npnet.clone import other_clone

HERE = Path(npnet.__file__).parent


def test_no_clone_is_another_one_outside_of_any(tmp_path):
    assert other_clone(tmp_path) is None


def test_the_clone_whose_files_run_is_no_other(tmp_path):
    (tmp_path / "npnet").symlink_to(HERE, target_is_directory=True)
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = npnet\n")
    assert other_clone(tmp_path) is None


def test_a_clone_whose_files_do_not_run_is_found_from_any_folder_in_it(tmp_path):
    inner = tmp_path / "npnet" / "study"
    inner.mkdir(parents=True)
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = npnet\n")
    assert other_clone(tmp_path) == other_clone(inner) == tmp_path


def test_another_project_is_no_clone(tmp_path):
    (tmp_path / "npnet").mkdir()
    assert other_clone(tmp_path) is None
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = npnet-tools\n")
    assert other_clone(tmp_path) is None
