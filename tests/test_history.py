"""What `fit` records: one number for each epoch, or one for each epoch and member."""

import pickle

import numpy as np
import pytest

from npnet import MLP, Ensemble
from npnet.history import Frozen, History
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay
from npnet.training import DivergenceError
from reference.bounds.tolerance import assert_within, bound

X = np.random.default_rng(0).normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)
# What three epochs of two nets could be, for an ensemble; the first member's numbers are those of a single net
LOSS = np.array([[4.0, 8.0, 3.0], [2.0, np.nan, 1.0], [1.0, np.nan, 0.5]])
RATES = np.array([[0.5, 1.0, 1.5]] * 3)
STOPPED = Frozen(epoch=1, batch=0, what="loss", learning_rate=1.0)


def classifier():
    return MLP([2, 4, 2], output="softmax", seed=1)


def classifiers(members=3):
    return Ensemble([2, 4, 2], output="softmax", seeds=range(members))


def test_a_history_of_members_is_a_long_table():
    history = classifiers().fit(X, LABELS, epochs=2, validation_data=(X, LABELS))
    assert history.loss.shape == history.val_accuracy.shape == history.learning_rate.shape == (2, 3)
    frame = history.to_frame()
    assert frame.index.names == ["epoch", "member"]
    assert frame.loc[(1, 2), "val_loss"] == history.val_loss[1, 2]
    assert history.member(-1).loss.tolist() == history.loss[:, 2].tolist()


def test_history_records_each_epoch():
    net = classifier()
    decay = ExponentialDecay(0.2, 1, 0.5)
    history = net.fit(X, LABELS, optimizer=SGD(decay), epochs=3, validation_data=(X[:10], LABELS[:10]))
    assert history.learning_rate.tolist() == [0.2, 0.1, 0.05]
    assert history.loss.shape == history.val_loss.shape == history.val_accuracy.shape == (3,)
    assert (history.val_loss[-1], history.val_accuracy[-1]) == net.evaluate(X[:10], LABELS[:10])
    frame = history.to_frame()
    assert list(frame.columns) == ["loss", "learning_rate", "val_loss", "val_accuracy"]
    assert frame.index.name == "epoch"
    assert frame["loss"].tolist() == history.loss.tolist()


def test_what_was_not_measured_is_none():
    history = MLP([2, 1], seed=0).fit(X, X.sum(axis=1), epochs=1)
    assert history.val_loss is None
    assert history.val_accuracy is None
    history = MLP([2, 1], seed=0).fit(X, X.sum(axis=1), epochs=1, validation_data=(X, X.sum(axis=1)))
    assert history.val_loss.shape == (1,)
    assert history.val_accuracy is None


def single(**columns):
    """The record of one net, made for five epochs, of which three were completed."""
    history = History(5, "val_loss" in columns, "val_accuracy" in columns)
    for epoch in range(3):
        measured = {name: values[epoch] for name, values in columns.items()}
        history.add({"loss": LOSS[epoch, 0], "learning_rate": 0.5, **measured})
    return history


def ensemble(frozen=(1,), rates=RATES):
    """The record of three nets, made for five epochs, of which three were completed."""
    history = History(5, members=3)
    for row in zip(LOSS, rates):
        history.add(dict(zip(("loss", "learning_rate"), row)))
    history.frozen = dict.fromkeys(frozen, STOPPED)
    return history


def test_only_completed_epochs_are_recorded():
    history = single(val_loss=[3, 2, 1], val_accuracy=[0, 0.5, 1])
    assert history.epochs == 3
    assert history.loss.tolist() == [4, 2, 1]
    assert history.learning_rate.tolist() == [0.5, 0.5, 0.5]
    assert history.val_loss.tolist() == [3, 2, 1]
    assert history.val_accuracy.tolist() == [0, 0.5, 1]
    assert ensemble().loss.shape == ensemble().learning_rate.shape == (3, 3)


def test_a_record_has_no_columns_but_those_it_was_made_for():
    assert ensemble().val_loss is None
    assert ensemble().val_accuracy is None
    assert single().val_loss is None
    assert single().val_accuracy is None
    assert single(val_loss=[3, 2, 1]).val_accuracy is None


def test_a_table_has_one_row_for_each_epoch():
    frame = single(val_loss=[3, 2, 1]).to_frame()
    assert frame.index.name == "epoch"
    assert frame.index.tolist() == [0, 1, 2]
    assert frame.to_dict("list") == {"loss": [4, 2, 1], "learning_rate": [0.5] * 3, "val_loss": [3, 2, 1]}


def test_an_ensembles_table_has_one_row_for_each_epoch_and_member():
    frame = ensemble().to_frame()
    assert list(frame.index.names) == ["epoch", "member"]
    for epoch in range(3):
        for member in range(3):
            row = frame.loc[(epoch, member)]
            np.testing.assert_array_equal(row["loss"], LOSS[epoch, member])
            assert row["learning_rate"] == RATES[epoch, member]
    assert len(frame) == 9


@pytest.mark.parametrize("member", [0, 1, 2])
def test_a_members_record_ends_before_the_epoch_in_which_it_was_frozen(member):
    epochs = 1 if member == 1 else 3
    # Counted from the front and from the back
    for index in (member, member - 3):
        record = ensemble().member(index)
        assert record.epochs == epochs
        assert record.loss.tolist() == LOSS[:epochs, member].tolist()
        assert record.learning_rate.tolist() == RATES[:epochs, member].tolist()
        assert len(record.to_frame()) == epochs
        assert record.frozen == ({1: STOPPED} if member == 1 else {})


def test_there_is_no_other_member():
    for index in (3, -4):
        with pytest.raises(ValueError, match=f"index: expected a .*, got {index}"):
            ensemble().member(index)
    with pytest.raises(ValueError, match="history: expected that of an ensemble, got that of a single net"):
        single().member(0)


def test_the_last_epoch_as_text():
    assert single(val_loss=[3, 2, 1]).last() == "loss 1, learning_rate 0.5, val_loss 1"
    assert ensemble().last() == "loss 0.75 (medians of 3 members, 1 frozen)"
    assert ensemble(()).last() == "loss nan (medians of 3 members)"
    assert ensemble((0, 1, 2)).last() == "all 3 members frozen"
    # A rate is shown where all that are trained have the same one
    same = np.array([[0.5, 1.0, 0.5]] * 3)
    assert ensemble(rates=same).last() == "loss 0.75, learning_rate 0.5 (medians of 3 members, 1 frozen)"


def test_a_record_without_an_epoch_says_so():
    diverged = recorded(*rows([5.0, np.nan]), members=2)
    diverged.frozen[1] = Frozen(0, 0, "loss", 0.5)
    for history in (History(5), History(5, members=2), History(5, initial_epoch=3), diverged.member(1)):
        assert (history.last(), repr(history)) == ("0 epochs", "History(0 epochs)")


def test_a_training_that_diverged_in_its_first_epoch_has_a_record_that_says_so():
    with pytest.raises(DivergenceError) as caught:
        classifier().fit(1e30 * X, LABELS, optimizer=SGD(1e30), epochs=2)
    assert caught.value.history.last() == "0 epochs"


def test_a_record_is_shown_by_its_last_epoch():
    assert repr(History(5)) == "History(0 epochs)"
    assert repr(single()) == "History(3 epochs; loss 1, learning_rate 0.5)"


def recorded(*rows, **options):
    """A history of these rows."""
    history = History(10, **options)
    for row in rows:
        history.add(row)
    return history


def test_only_completed_epochs_are_in_the_record():
    history = recorded({"loss": 3.0, "learning_rate": 0.5}, {"loss": 1.0, "learning_rate": 0.25})
    assert (history.epochs, history.loss.tolist(), history.learning_rate.tolist()) == (2, [3, 1], [0.5, 0.25])
    assert history.val_loss is history.val_accuracy is None
    assert len(history.to_frame()) == 2
    assert repr(history) == "History(2 epochs; loss 1, learning_rate 0.25)"
    assert repr(recorded()) == "History(0 epochs)"
    assert recorded().loss.shape == (0,)


def test_an_epoch_that_ended_early_is_not_in_the_record():
    history = classifier().fit(X, LABELS, epochs=5, callbacks=[lambda net, history: history.epochs == 2])
    assert history.epochs == len(history.loss) == len(history.learning_rate) == 2


def rows(*losses):
    return [{"loss": np.array(loss), "learning_rate": np.full(len(loss), 0.5)} for loss in losses]


def test_the_last_numbers_of_members_are_their_medians():
    history = recorded(*rows([5.0, 7.0, 9.0], [1.0, 3.0, 8.0]), members=3)
    assert history.last() == "loss 3, learning_rate 0.5 (medians of 3 members)"
    assert history.loss.tolist() == [[5, 7, 9], [1, 3, 8]]


def test_frozen_members_are_counted_and_left_out_of_the_medians():
    history = recorded(*rows([5.0, 7.0, 9.0, 1.0], [1.0, np.nan, 8.0, 3.0]), members=4)
    history.frozen[1] = Frozen(1, 0, "loss", 0.5)
    assert history.last() == "loss 3, learning_rate 0.5 (medians of 4 members, 1 frozen)"
    for member in range(4):
        history.frozen[member] = Frozen(1, 0, "loss", 0.5)
    assert history.last() == "all 4 members frozen"


def test_a_members_record_ends_where_it_was_frozen():
    history = recorded(*rows([5.0, 7.0], [1.0, 6.0], [0.5, np.nan]), members=2)
    history.frozen[1] = Frozen(2, 3, "update", 0.5)
    for index in (1, -1):
        member = history.member(index)
        assert (member.epochs, member.loss.tolist()) == (2, [7, 6])
        assert member.frozen == {1: Frozen(2, 3, "update", 0.5)}
        assert member.last() == "loss 6, learning_rate 0.5"
    assert history.member(0).loss.tolist() == [5, 1, 0.5]
    assert history.member(0).frozen == {}


@pytest.mark.parametrize("wrong", [2, -3, 0.5, "first", True])
def test_a_member_that_is_not_there_is_refused(wrong):
    history = recorded(*rows([5.0, 7.0]), members=2)
    with pytest.raises(ValueError, match=r"index: expected (a member from -2 to 1|a whole number >= -2), got"):
        history.member(wrong)
    with pytest.raises(ValueError, match="history: expected that of an ensemble, got that of a single net"):
        recorded({"loss": 1.0, "learning_rate": 0.5}).member(0)


def test_a_part_of_the_members_has_their_numbers_and_those_that_were_frozen():
    history = recorded(*rows([5.0, 7.0, 9.0, 3.0], [1.0, 6.0, np.nan, 2.0]), members=4)
    history.frozen[2] = Frozen(1, 3, "update", 0.5)
    part = history.part(slice(1, 3))
    assert (part.epochs, part.initial_epoch, part.loss.shape) == (2, 0, (2, 2))
    np.testing.assert_array_equal(part.loss, history.loss[:, 1:3])
    np.testing.assert_array_equal(part.learning_rate, history.learning_rate[:, 1:3])
    assert part.frozen == {1: Frozen(1, 3, "update", 0.5)}
    assert history.part(slice(3, None)).frozen == {}
    assert history.part(slice(None)) == history


def test_a_part_has_the_losses_of_its_members_batches_and_counts_from_the_initial_epoch():
    history = classifiers().fit(X, LABELS, epochs=4, initial_epoch=2, record_batches=True)
    part = history.part(slice(1, None))
    assert part.initial_epoch == 2
    np.testing.assert_array_equal(part.batch_loss, history.batch_loss[..., 1:])


@pytest.mark.parametrize("wrong", [slice(2, 2), slice(2, None), slice("a"), slice(0, 2, 0), 1, None])
def test_a_part_without_members_is_refused(wrong):
    history = recorded(*rows([5.0, 7.0]), members=2)
    with pytest.raises(ValueError, match=r"members: expected a slice with some of 2 members, got "):
        history.part(wrong)
    with pytest.raises(ValueError, match="history: expected that of an ensemble, got that of a single net"):
        recorded({"loss": 1.0, "learning_rate": 0.5}).part(slice(1))


# The losses of batches


@pytest.mark.parametrize("members", [None, 3])
def test_the_epochs_loss_is_the_mean_over_all_samples(members):
    """Not the mean of the batches' means: the last batch has 2 of 50 samples."""
    net = classifier() if members is None else classifiers(members)
    history = net.fit(X, LABELS, optimizer=SGD(0.1), epochs=4, batch_size=16, record_batches=True)
    assert history.batch_loss.shape == (4, 4) if members is None else (4, 4, members)
    expected = (16 * history.batch_loss[:, :3].sum(axis=1) + 2 * history.batch_loss[:, 3]) / 50
    assert_within(history.loss, expected, bound(8, expected, "float64"))
    assert (abs(history.loss - history.batch_loss.mean(axis=1)) > 1e-3 * history.loss).any()


def test_a_batch_of_one_sample_hardly_counts():
    x, y = np.zeros((100, 1)), np.r_[np.ones(99), 10.0]
    net = MLP([1, 1], kernel_initializer="zeros")
    history = net.fit(x, y, "mse", SGD(1e-9), batch_size=99, shuffle=False)
    assert_within(history.loss[0], 1.99, bound(200, 2, "float32"))


def test_the_losses_of_batches_are_recorded_only_if_asked_for():
    history = classifier().fit(X, LABELS, epochs=2)
    assert history.batch_loss is None
    recorded = classifier().fit(X, LABELS, epochs=2, record_batches=True)
    assert "batch_loss" not in recorded.to_frame().columns
    assert "batch_loss" not in repr(recorded)
    np.testing.assert_array_equal(recorded.loss, history.loss)


def test_the_losses_of_a_members_batches():
    history = classifiers().fit(X, LABELS, epochs=2, batch_size=20, record_batches=True)
    assert history.member(1).batch_loss.tolist() == history.batch_loss[:, :, 1].tolist()


# A training that goes on


def test_epochs_are_counted_from_the_initial_one():
    for net in (classifier(), classifiers()):
        history = net.fit(X, LABELS, optimizer=SGD(ExponentialDecay(0.5, 1, 0.5)), epochs=5, initial_epoch=3)
        assert (history.epochs, history.initial_epoch) == (2, 3)
        assert history.learning_rate.reshape(2, -1)[:, 0].tolist() == [0.0625, 0.03125]
        assert sorted(set(history.to_frame().index.get_level_values("epoch"))) == [3, 4]


def test_a_member_that_was_frozen_in_a_training_that_went_on():
    net = Ensemble([2, 4, 1], seeds=range(2))
    history = net.fit(X, X.sum(axis=1), optimizer=SGD([0.01, 1e4]), epochs=30, initial_epoch=10, shuffle=False)
    frozen = history.frozen[1].epoch
    assert 10 <= frozen < 30
    assert history.member(1).epochs == frozen - 10
    assert np.isfinite(history.member(1).loss).all()
    assert np.isnan(history.loss[frozen - 10 :, 1]).all()


def test_a_members_record_counts_from_the_initial_epoch():
    x = np.random.default_rng(0).normal(size=(6, 2))
    history = Ensemble([2, 2], members=2).fit(x, x, epochs=5, initial_epoch=3)
    member = history.member(1)
    assert member.initial_epoch == 3
    assert member.to_frame().index.tolist() == history.to_frame().xs(1, level="member").index.tolist() == [3, 4]


def record(*losses, room=3, initial_epoch=0):
    """A record with room for more epochs than were completed."""
    history = History(room, initial_epoch=initial_epoch)
    for loss in losses:
        history.add({"loss": loss, "learning_rate": 0.1})
    return history


def test_records_are_equal_if_their_completed_epochs_are():
    one, frozen = record(1.0, np.nan), record(1.0, np.nan)
    frozen.frozen[0] = Frozen(1, 0, "loss", 0.1)
    assert one == record(1.0, np.nan) == record(1.0, np.nan, room=5)
    for other in (record(1.0), record(1.0, 2.0), record(1.0, np.nan, initial_epoch=1), frozen, "history"):
        assert one != other


# Room


@pytest.mark.parametrize("members", [None, 2])
def test_a_record_grows_with_its_epochs(members):
    history = History(1000, members=members, batches=2)
    each = () if members is None else (members,)
    for epoch in range(300):
        loss = np.full(each, epoch)
        history.add({"loss": loss, "learning_rate": 0.5, "batch_loss": np.stack([loss, loss])})
    assert history.loss.shape == (300, *each)
    assert history.batch_loss.shape == (300, 2, *each)
    np.testing.assert_array_equal(history.loss.T, np.broadcast_to(np.arange(300), (*each, 300)))
    np.testing.assert_array_equal(history.batch_loss[:, 1], history.loss)


def test_memory_of_epochs_that_are_not_there_is_no_part_of_a_copy():
    few, many = (record(1.0, 2.0, room=room) for room in (2, 10**6))
    assert pickle.dumps(few) == pickle.dumps(many)
    copied = pickle.loads(pickle.dumps(many))
    copied.add({"loss": 3.0, "learning_rate": 0.1})
    assert copied == record(1.0, 2.0, 3.0) != many


def test_a_training_may_have_any_number_of_epochs_before_it_is_ended():
    history = classifier().fit(X, LABELS, epochs=10**30, callbacks=[lambda net, history: history.epochs == 3])
    assert history.epochs == 3


def test_a_record_without_a_column_leaves_the_other_as_it_is():
    history = History(2, validation=True)
    history.add({"loss": 1.0, "learning_rate": 0.1, "val_loss": 2.0})
    other = history.without("val_loss")
    assert (list(other.columns), other.val_loss) == (["loss", "learning_rate"], None)
    assert history.without("accuracy") == history
    assert history.val_loss.tolist() == [2.0]
