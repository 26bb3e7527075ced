"""What messages do: the run that they change, and what they answer."""

import base64
import json

import numpy as np
import pytest

from npnet import MLP, language, optimizers, saving
from npnet.play import choices
from npnet.play.choices import State
from npnet.play.player import Player
from npnet.play.run import Run
from npnet.play.walks import WALKS


@pytest.fixture
def player():
    return Player()


def do(player, name, **values):
    """Do what a message says, to its end, and return the messages of the answers, by their kinds."""
    replies = player.do(json.loads(json.dumps({"do": name, **values})))
    while name == "epoch" and player.due:
        replies += player.tick(0.0)
    return {message["kind"]: message for message in json.loads(json.dumps([reply.message for reply in replies]))}


def told(player, name, **values):
    """Return whether each answer goes to all tabs, by its kind."""
    return {reply.message["kind"]: reply.to_all for reply in player.do({"do": name, **values})}


def parameters(player):
    return player.run.learners[0].net.parameters


def test_a_set_field_starts_again_or_takes_effect_in_the_next_step(player):
    do(player, "epoch")
    answer = do(player, "set", changes={"learning_rate": 0.5})
    assert (list(answer), answer["state"]["changed"]) == (["state"], "live")
    assert player.run.epochs == 1
    assert player.run.learners[0].optimizer.learning_rate == 0.5
    answer = do(player, "set", changes={"seed": 1})
    assert (list(answer), answer["state"]["changed"]) == (["state", "data"], "restart")
    assert player.run.epochs == 0
    assert answer["state"]["state"]["learning_rate"] == 0.5


def test_who_asked_and_all_are_told(player):
    assert told(player, "set", changes={"seed": 1}) == {"state": True, "data": True}
    assert told(player, "set", changes={"seed": -1}) == {"refused": False}
    assert told(player, "script") == {"script": False}
    assert told(player, "apart") == {"apart": False}
    assert told(player, "restart") == {"state": True, "data": True}


def test_a_link_restores_what_was_chosen(player):
    do(player, "set", changes={"data": "iris", "widths": [3], "optimizer": "adam"})
    link = do(player, "restart")["state"]["link"]
    other = Player()
    assert do(other, "link", link=link)["state"]["link"] == link
    assert other.run.state == player.run.state


def test_what_is_refused_says_the_field_and_changes_nothing(player):
    do(player, "batch")
    run, kept = player.run, parameters(player).copy()
    for values, field in [
        ({"changes": {"noise": 2}}, "noise"), ({"changes": {"data": "file"}}, "data"),
        ({"changes": {"data": "points"}}, "points"), ({"changes": None}, "changes"), ({}, "changes"),
        ({"changes": {"rival": {"seed": 1}}}, "rival"),
    ]:  # fmt: skip
        assert do(player, "set", **values)["refused"]["fields"] == [field]
    assert do(player, "walk", number=100)["refused"]["fields"] == ["number"]
    assert do(player, "speed", epochs_per_second=-1)["refused"]["fields"] == ["epochs_per_second"]
    assert do(player, "speed", epochs_per_second=2000)["refused"]["fields"] == ["epochs_per_second"]
    assert do(player, "nothing")["refused"]["fields"] == ["do"]
    assert do(player, "erase", x="a", y=0)["refused"]["fields"] == ["x"]
    assert player.run is run
    assert np.array_equal(parameters(player), kept)


def test_it_plays_at_its_speed(player):
    assert player.tick(1.0) == []
    assert player.run.epochs == 0
    do(player, "play")
    # One at once, and then as many as the time says, but never more than a tenth of a second's
    for _ in range(100):
        player.tick(0.01)
    assert player.run.epochs in range(29, 33)
    player.tick(100.0)
    for _ in range(100):
        player.tick(0.0)
    assert player.run.epochs in range(30, 36)
    do(player, "speed", epochs_per_second=0)
    for _ in range(10):
        player.tick(0.0)
    assert player.run.epochs in range(40, 46)
    do(player, "pause")
    epochs = player.run.epochs
    player.tick(1.0)
    assert player.run.epochs == epochs


def test_a_step_by_hand_pauses(player):
    for name in ("epoch", "batch"):
        do(player, "play")
        do(player, name)
        assert not player.playing
    assert (player.run.epochs, player.run.step) == (1, 8)


def test_an_epoch_takes_as_many_ticks_as_it_needs_and_can_be_broken_off(player):
    do(player, "set", changes={"batch_size": 1})
    player.do({"do": "epoch"})
    player.tick(0.0)
    assert (player.due, player.run.epochs) == (True, 0)
    assert player.run.step > 0
    do(player, "pause")
    step = player.run.step
    player.tick(1.0)
    assert (player.due, player.run.step) == (False, step)
    do(player, "epoch")
    assert (player.run.epochs, player.run.step, player.run.place) == (1, 210, 0)


def test_it_goes_on_playing_from_the_start_where_a_choice_starts_it_again(player):
    do(player, "play")
    do(player, "set", changes={"seed": 1})
    player.tick(1.0)
    assert player.run.epochs == 1


DIVERGES = {"data": "digits", "standardize": False, "loss": "mse", "activations": ["identity", "identity"],
            "learning_rate": 50}  # fmt: skip


def test_a_training_that_diverges_stops_says_so_and_starts_again_with_the_next_choice(player):
    do(player, "set", changes=DIVERGES)
    do(player, "play")
    told = [reply for _ in range(60) for reply in player.tick(0.1)]
    assert [reply.message["kind"] for reply in told] == ["diverged"]
    assert told[0].to_all
    assert not player.playing
    assert player.frame()["diverged"]
    assert "not finite" in do(player, "play")["diverged"]["message"]
    assert not player.playing
    assert do(player, "set", changes={"learning_rate": 0.001})["state"]["changed"] == "restart"
    assert not player.run.stopped


def test_a_click_makes_the_data_points_and_adds_one(player):
    before = {tuple(point) for point in do(player, "restart")["data"]["train"]}
    answer = do(player, "point", x=0.123456, y=2, label=1)
    assert answer["state"]["state"]["data"] == "points"
    assert [0.123, 2.0, 1] in answer["state"]["state"]["points"]
    assert len(answer["state"]["state"]["points"]) == 301
    assert before
    do(player, "point", x=0, y=0, label=2)
    assert player.run.points.classes == 3
    assert do(player, "point", x=0, y=0, label=10)["refused"]["fields"] == ["points"]
    assert len(player.run.state.points) == 302


def test_erasing_takes_the_points_around_a_place_away(player):
    do(player, "set", changes={"data": "points", "points": [[0, 0, 0], [0.2, 0.2, 1], [1, 1, 1]]})
    assert do(player, "erase", x=5, y=5) == {}
    assert do(player, "erase", x=0.1, y=0.1)["state"]["state"]["points"] == [[1.0, 1.0, 1]]
    assert do(player, "erase", x=1, y=1)["refused"]["fields"] == ["points"]
    assert do(player, "erase", x=1.5, y=1, radius=0.4) == {}


def test_numbers_to_learn_have_no_clicks_and_too_many_points_are_refused(player):
    do(player, "set", changes={"data": "slope"})
    assert do(player, "point", x=0, y=0, label=0)["refused"]["fields"] == ["data"]
    do(player, "set", changes={"data": "xor", "samples": 501})
    assert do(player, "point", x=0, y=0, label=0)["refused"]["fields"] == ["points"]


def test_a_weight_or_a_bias_is_set_by_hand(player):
    before = do(player, "restart") and parameters(player).copy()
    assert do(player, "weight", layer=1, row=2, column=3, value=0.5) == {}
    assert do(player, "weight", layer=0, row=2, column=7, value=-1) == {}
    net = player.run.learners[0].net
    assert (net.weights[1][2, 3], net.biases[0][7]) == (0.5, -1)
    assert np.count_nonzero(parameters(player) != before) == 2
    wrong = {"value": [1001, None], "layer": [3, -1, 0.5], "row": [3, "x"], "column": [8], "net": [1]}
    for name, value in [(name, value) for name, values in wrong.items() for value in values]:
        given = {"layer": 0, "row": 0, "column": 0, "value": 1} | {name: value}
        assert do(player, "weight", **given)["refused"]["fields"] == [name]
    do(player, "set", changes={"members": 2})
    assert do(player, "weight", layer=0, row=0, column=0, value=1)["refused"]["fields"] == ["value"]


@pytest.mark.parametrize("before", [{}, {"learning_rate": 0.5}])
def test_a_walk_starts_again_however_little_it_differs_from_what_is_chosen(player, before):
    do(player, "walk", number=0)
    do(player, "set", changes=before)
    do(player, "batch")
    do(player, "walk", number=0)
    assert (player.run.step, player.run.state) == (0, WALKS[0].state)


def test_a_walk_is_its_state_and_waits(player):
    do(player, "play")
    assert do(player, "walk", number=1)["state"]["state"]["activations"] == ["relu"]
    assert not player.playing


@pytest.mark.parametrize("optimizer", ["adam", "uncorrected_adam"])
def test_the_model_is_a_file_of_the_net(player, tmp_path, optimizer):
    do(player, "set", changes={"optimizer": optimizer})
    do(player, "epoch")
    answer = do(player, "model")["model"]
    (tmp_path / answer["name"]).write_bytes(base64.b64decode(answer["base64"]))
    net = MLP.load(tmp_path / answer["name"])
    assert np.array_equal(net.parameters, parameters(player))
    if optimizer == "adam":
        again = saving.load_optimizer(tmp_path / answer["name"])
        assert np.array_equal(again.state["m"], player.run.learners[0].optimizer.state["m"])


def test_lines_link_to_the_study_where_it_is(tmp_path):
    (tmp_path / "index.html").write_text("")
    linked = do(Player(study=tmp_path), "apart")["apart"]["entries"]
    assert linked[0]["derivation"] == "study/index.html#derivation-affine"
    assert do(Player(), "apart")["apart"]["entries"][0]["derivation"] == "affine"
    chinese = Player(study=tmp_path).do({"do": "apart"}, language.get("zh"))[0].message["entries"]
    assert chinese[0]["derivation"] == "affine"


def test_the_file_is_what_it_begins_with(tmp_path):
    (tmp_path / "table.csv").write_text("u,v,kind\n" + "".join(f"{i},{i % 5},{'ab'[i % 2]}\n" for i in range(40)))
    player = Player(tmp_path / "table.csv")
    hello, state, data = (reply.message for reply in player.hello())
    assert (hello["file"], hello["options"]["columns"]["file"]) == ("table.csv", ["u", "v"])
    assert hello["options"]["targets"] == ["u", "v", "kind"]
    assert (state["state"]["data"], data["names"]) == ("file", ["u", "v"])
    assert "file" not in Player().hello()[0].message["options"]["columns"]


def test_the_loss_after_500_steps_is_that_of_the_script_and_of_one_fit_to_the_bit(player, capsys):
    do(player, "set", changes={"optimizer": "adam", "learning_rate": 0.01, "samples": 200, "test_share": 0.2})
    do(player, "play")
    do(player, "speed", epochs_per_second=0)
    while player.run.step < 500:
        player.tick(0.0)
    loss = player.frame()["loss"]
    exec(do(player, "script")["script"]["text"], {})
    assert f"Evaluation(loss={loss!r}, " in capsys.readouterr().out
    points = player.run.points
    net = MLP([2, 8, 8, 1], "tanh", "sigmoid", seed=0, kernel_initializer="glorot_uniform")
    net.fit(points.x_train, points.y_train, optimizer=optimizers.Adam(0.01), epochs=100, shuffle=False)
    assert player.run.step == 500
    assert net.evaluate(points.x_train, points.y_train).loss == loss


VALUES = {
    "data": [*choices.DATA, "x"], "noise": [0, 0.5, 2], "test_share": [0, 0.5, 0.95], "samples": [10, 50, 3000],
    "batch_size": [1, 7, 500, 0], "features": [["x1"], list(choices.FEATURES), []], "loss": choices.LOSSES,
    "widths": [[], [3], [16, 1], [1] * 6, [2] * 7, [17], [0]], "activations": [["relu"], ["gelu", "elu"], ["x"], []],
    "optimizer": choices.OPTIMIZERS, "learning_rate": [1e-3, 0.1, 50, -1], "schedule": choices.NAMES["schedule"],
    "l1": [0, 0.1, 5], "l2": [0, 0.1, 5, 11], "initializer": choices.INITIALIZERS, "scale": [0, 1, 9], "seed": [0, 1],
    "dtype": choices.DTYPES, "standardize": [True, False], "members": [1, 3, 99],
    "points": [[[0, 0, 0], [1, 1, 3]], []], "columns": [[], ["sepal_length", "petal_width"]],
    "rival": [None, {"optimizer": "adam"}, {"activations": ["relu"]}, {"x": 1}], "numbers": [{}, {"beta": 0.5}],
}  # fmt: skip
"""Values that fit and some that do not, by their fields."""


def drawn_action(rng):
    """Return a message as a reader, or who means harm, may send it."""
    one = lambda values: values[rng.integers(len(values))]  # noqa: E731
    place = {"x": float(rng.normal()), "y": float(rng.normal())}
    name = one(list(VALUES))
    sets = [{"do": "set", "changes": {name: one(VALUES[name])}}] * 6
    alone = [{"do": name} for name in ("play", "pause", "restart", "epoch", "batch", "script", "model")]
    return one([
        *sets, *alone, {"do": "apart", "batch": int(rng.integers(3)), "net": int(rng.integers(2))},
        {"do": "walk", "number": int(rng.integers(12))}, {"do": "speed", "epochs_per_second": one([0, 30, -1])},
        {"do": "point", **place, "label": int(rng.integers(4))}, {"do": "erase", **place},
        {"do": "link", "link": one(["#e30", "#x"])},
        {"do": "weight", "layer": 0, "row": int(rng.integers(4)), "column": 0, "value": one([0.5, 1e9])},
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_in_whatever_order_is_answered(player, seed):
    rng = np.random.default_rng(seed)
    kinds = []
    for _ in range(100):
        state = player.run.state
        replies = player.do(drawn_action(rng))
        replies += player.tick(0.05)
        texts = json.dumps([reply.message for reply in replies], allow_nan=False)
        json.dumps(player.frame(), allow_nan=False)
        kinds += [reply.message["kind"] for reply in replies]
        assert State.from_link(player.run.state.link()) == player.run.state
        if "refused" in texts and len(replies) == 1:
            assert player.run.state is state
    assert {"state", "refused", "script", "apart"} <= set(kinds)


def test_a_run_is_what_its_state_says_after_many_changes(player):
    for changes in ({"data": "xor"}, {"widths": [3]}, {"l2": 0.1}, {"optimizer": "adam"}, {"learning_rate": 0.05}):
        do(player, "epoch")
        do(player, "set", changes=changes)
    do(player, "restart")
    do(player, "epoch")
    other = Run(player.run.state)
    other.epoch()
    assert np.array_equal(parameters(player), other.learners[0].net.parameters)
