"""VDG, Stage I, with mUNet's masks, by hand in TensorFlow (NHWC); weights from our safetensors file by path."""

import tensorflow as tf
from safetensors.numpy import load_file


class Vdg:
    """Variables by path, and the network as a function of them."""

    def __init__(self, weights, psi):
        self.psi = psi
        self.variables = {name: tf.Variable(array) for name, array in load_file(weights).items()}

    def _conv(self, path, x, stride=1, activation=tf.nn.relu):
        x = tf.nn.conv2d(x, self.variables[path + "/kernel"], stride, "SAME")
        return activation(tf.nn.bias_add(x, self.variables[path + "/bias"]))

    def _dense(self, path, x):
        return tf.matmul(x, self.variables[path + "/kernel"]) + self.variables[path + "/bias"]

    def _block(self, path, x):
        return x + self._conv(path + "/conv2", self._conv(path + "/conv1", x))

    def _encoder(self, first, name, x):
        levels = [self._block(f"{name}/level1/residual1", self._conv(first, x))]
        for k in range(2, 6):
            x = self._conv(f"{name}/level{k}/conv1", levels[-1], 2)
            levels.append(self._block(f"{name}/level{k}/residual1", x))
        return levels

    def _masked(self, path, f, training):
        if self.psi == "none":
            return f
        product = f * self.variables[path + "/mask"]
        gate = tf.cast(product >= 0, f.dtype)
        if training:
            soft = tf.sigmoid(product)
            gate = gate + (soft - tf.stop_gradient(soft))
        return f * gate

    def __call__(self, x_a, p_a, p_b, training=False):
        image = self._encoder("conv1", "image", tf.concat([x_a, p_a], 3))
        pose = self._encoder("conv2", "pose", p_b)
        _, height, width, channels = image[-1].shape
        flat = [-1, height * width * channels]
        seen = self._dense("dense1", tf.reshape(image[-1], flat))
        wanted = self._dense("dense2", tf.reshape(pose[-1], flat))
        x = self._dense("dense3", tf.concat([seen, wanted], 1))
        x = tf.reshape(x, [-1, height, width, x.shape[1] // (height * width)])
        for k in range(1, 6):
            path = f"decoder/image/level{k}"
            x = tf.concat([x, self._masked(path + "/psi", image[5 - k], training)], 3)
            x = self._block(path + "/residual1", x)
            if k < 5:
                size = [2 * x.shape[1], 2 * x.shape[2]]
                x = self._conv(path + "/conv1", tf.raw_ops.ResizeNearestNeighbor(images=x, size=size))
        return self._conv("conv3", x, activation=tf.identity)
