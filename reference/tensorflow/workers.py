"""A training that begins in npnet, goes on in Keras on several workers, and comes back.

``python -m reference.tensorflow.workers 0 localhost:20001 localhost:20002`` and, in another process, the same with 1
for 0, are two workers of TensorFlow's `MultiWorkerMirroredStrategy` (Keras's own `fit` does not train on several). They
train npnet's net on the irises, with the moments of its optimizer, on batches of which each has one half; the first
prints the losses of each epoch, before, in Keras and after, as JSON.
"""

import json
import os
import sys
from typing import Any

import numpy as np

from npnet import MLP, datasets
from npnet.optimizers import Adam, Optimizer

EPOCHS, BATCH = 10, 24
"""Those of each third of the training. The 120 samples make whole batches."""


def net_and_optimizer() -> tuple[MLP, Optimizer]:
    """Return what is trained."""
    return MLP([4, 8, 3], output="softmax", seed=0), Adam(0.01)


def data() -> tuple[Any, Any]:
    """Return the samples, and their labels as rows of 0 and 1."""
    x, y, *_ = datasets.iris_split()
    return x, np.eye(3, dtype=np.float32)[y]


def in_npnet(net: MLP, optimizer: Optimizer) -> list[float]:
    """Train for a third of the epochs, and return their losses."""
    return net.fit(*data(), optimizer=optimizer, epochs=EPOCHS, batch_size=BATCH, shuffle=False).loss.tolist()


def in_keras(net: MLP, optimizer: Optimizer) -> list[float]:
    """Train the net for as many epochs on all workers, and return their losses."""
    import keras
    import tensorflow as tf

    from .keras_models import from_keras, to_keras

    # The first thing that TensorFlow does in a process
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    with strategy.scope():
        model = to_keras(net, optimizer)
    batches = tf.data.Dataset.from_tensor_slices(data()).batch(BATCH)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    shares = strategy.experimental_distribute_dataset(batches.with_options(options))

    def of_worker(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            # Divided by all samples of the batch, of which each worker has some
            loss = tf.reduce_sum(keras.losses.categorical_crossentropy(y, model(x, training=True))) / BATCH
        variables = model.trainable_variables
        model.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    @tf.function
    def step(x: Any, y: Any) -> Any:
        return strategy.reduce("SUM", strategy.run(of_worker, args=(x, y)), axis=None)

    losses = [float(np.mean([step(x, y).numpy() for x, y in shares])) for _ in range(EPOCHS)]
    net.parameters = from_keras(model, optimizer).parameters
    return losses


def main(index: int, addresses: list[str]) -> None:
    """Train as one of the workers."""
    task = {"type": "worker", "index": index}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": addresses}, "task": task})
    net, optimizer = net_and_optimizer()
    losses = [train(net, optimizer) for train in (in_npnet, in_keras, in_npnet)]
    if index == 0:
        print(json.dumps({"losses": losses, "steps": optimizer.iterations, "parameters": net.parameters.tolist()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
