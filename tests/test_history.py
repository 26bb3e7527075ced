"""What `fit` records: one number for each epoch, or one for each epoch and member."""

import numpy as np

from npnet import MLP, Ensemble
from npnet.optimizers import SGD
from npnet.schedules import ExponentialDecay

X = np.random.default_rng(0).normal(size=(50, 2))
LABELS = (X.sum(axis=1) > 0).astype(int)


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
    decay = ExponentialDecay(0.2, decay_rate=0.5)
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
