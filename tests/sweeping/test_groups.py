from npnet.engine import tuning
from npnet.sweeping import groups
from npnet.sweeping.groups import cut, most
from npnet.sweeping.settings import Outside, training

IRISES = Outside((4,), 3, "softmax", None)


def trainings(count, **settings):
    return [training(settings | {"seed": seed}, IRISES) for seed in range(count)]


def test_trials_of_one_shape_are_in_one_group_whatever_their_order():
    several = [training({"units": (units,), "seed": seed}, IRISES) for seed in range(2) for units in (4, 5)]
    assert [group.trials for group in cut(several, range(4), 120)] == [(0, 2), (1, 3)]
    assert [group.trials for group in cut(several, [1, 2, 3], 120)] == [(1, 3), (2,)]


def test_many_are_cut_into_even_parts():
    sizes = [len(group.trials) for group in cut(trainings(600), range(600), 120)]
    assert sizes == [200, 200, 200]
    assert max(sizes) <= groups.MOST


def test_groups_of_larger_nets_have_fewer():
    (small,), (middle,), (large,) = (trainings(1, units=units) for units in ((), (64,), (256, 256)))
    assert most(small, 120) == groups.MOST
    assert most(middle, 120) == groups.ENOUGH // (7 * 64)
    assert most(large, 120) == 1


def test_a_batch_is_no_larger_than_the_samples():
    (one,) = trainings(1, units=(64,), batch_size=10**6)
    assert most(one, 120) == groups.ENOUGH // (7 * 64)
    assert most(one, 10**6) == 1
    (whole,) = trainings(1, units=(64,), batch_size=None)
    assert most(whole, 10**6) == 1


def test_nets_are_trained_alone_where_a_batch_is_too_much_work(monkeypatch):
    adds = 7 * 64
    for batch_size, together in ((tuning.ALONE // adds, True), (tuning.ALONE // adds + 1, False)):
        (one,) = trainings(1, units=(64,), batch_size=batch_size)
        assert (most(one, 10**9) > 1) == together
    monkeypatch.setattr(tuning, "ALONE", adds * 120)
    (one,) = trainings(1, units=(64,), batch_size=None)
    assert most(one, 120) > 1
    monkeypatch.setattr(groups, "ENOUGH", 1)
    assert most(one, 120) == 1


def test_work_grows_with_epochs_members_and_nets():
    def work(count, **settings):
        (group,) = cut(trainings(count, **settings), range(count), 120)
        return group.work

    assert work(6) == 2 * work(3)
    assert work(1, epochs=6) == 6 * work(1)
    assert work(1, units=(9,)) > work(1) < work(1, optimizer="adam")
    assert work(1, batch_size=1) > work(1, batch_size=None)
