import pytest

from npnet.study import files


@pytest.mark.parametrize("name", ["index.html", "tables/claims.csv", "figures/optimizers.svg"])
def test_a_name_that_a_folder_has_is_refused_before_anything_is_written(tmp_path, name):
    (tmp_path / name).mkdir(parents=True)
    with pytest.raises(IsADirectoryError) as caught:
        files.check_folder(tmp_path)
    assert caught.value.filename == str(tmp_path / name)


def test_a_users_own_folders_are_left_alone(tmp_path):
    (tmp_path / "figures" / "mine").mkdir(parents=True)
    files.check_folder(tmp_path)
