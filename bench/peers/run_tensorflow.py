"""tf.function: a forward pass, or a training step as one graph with TensorFlow's fused Adam."""

import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file

from serve import serve
from vdg_tf import Vdg


def set_up(options):
    tf.config.threading.set_intra_op_parallelism_threads(options["threads"])
    network = Vdg(options["weights"], options["psi"])
    arrays = load_file(options["inputs"])
    versions = {"tensorflow": tf.__version__}

    def given(*names):
        return [tf.constant(arrays[name]) for name in names]

    if options["task"] == "train":
        adam = options["adam"]
        variables = list(network.variables.values())
        slots = [(tf.Variable(tf.zeros_like(one)), tf.Variable(tf.zeros_like(one))) for one in variables]
        powers = [tf.Variable(adam["beta1"]), tf.Variable(adam["beta2"])]

        @tf.function
        def update(x_a, p_a, p_b, wanted):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.abs(network(x_a, p_a, p_b, training=True) - wanted))
            for variable, (first, second), gradient in zip(variables, slots, tape.gradient(loss, variables)):
                tf.raw_ops.ResourceApplyAdam(
                    var=variable.handle,
                    m=first.handle,
                    v=second.handle,
                    beta1_power=powers[0],
                    beta2_power=powers[1],
                    lr=adam["rate"],
                    beta1=adam["beta1"],
                    beta2=adam["beta2"],
                    epsilon=adam["epsilon"],
                    grad=gradient,
                )
            powers[0].assign(powers[0] * adam["beta1"])
            powers[1].assign(powers[1] * adam["beta2"])
            return loss

        def step():
            return float(update(*given("x_a", "p_a", "p_b", "x_b")))

        return versions, step, lambda: np.array([step() for _ in range(options["steps"])])

    graph = tf.function(network)

    def predict():
        return graph(*given("x_a", "p_a", "p_b")).numpy()

    predict()  # traces
    return versions, predict, predict


serve(set_up)
