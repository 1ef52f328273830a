"""PN-GAN's networks after the published tables: `generator FILTERS`, `discriminator FILTERS`."""

import torch
from torch import nn

from twin import answer


def normed(layer, channels, activation):
    return nn.Sequential(layer, nn.InstanceNorm2d(channels), activation)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.first = normed(nn.Conv2d(c, c, 3, padding=1), c, nn.ReLU())
        self.second = normed(nn.Conv2d(c, c, 3, padding=1), c, nn.Identity())

    def forward(self, x):
        return torch.relu(x + self.second(self.first(x)))


class Generator(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.border = nn.ReflectionPad2d(3)
        self.conv1 = normed(nn.Conv2d(6, c, 7), c, nn.ReLU())
        self.conv2 = normed(nn.Conv2d(c, 2 * c, 3, stride=2, padding=1), 2 * c, nn.ReLU())
        self.conv3 = normed(nn.Conv2d(2 * c, 4 * c, 3, stride=2, padding=1), 4 * c, nn.ReLU())
        self.blocks = nn.Sequential(*(Block(4 * c) for _ in range(9)))
        grow = {"stride": 2, "padding": 1, "output_padding": 1}
        self.deconv3 = normed(nn.ConvTranspose2d(4 * c, 2 * c, 3, **grow), 2 * c, nn.ReLU())
        self.deconv2 = normed(nn.ConvTranspose2d(2 * c, c, 3, **grow), c, nn.ReLU())
        self.deconv1 = nn.Conv2d(c, 3, 7, bias=False)

    def forward(self, x_a, p_b):
        x = self.conv1(self.border(torch.cat([x_a, p_b], dim=1)))
        x = self.blocks(self.conv3(self.conv2(x)))
        x = self.deconv2(self.deconv3(x))
        return {"output": torch.tanh(self.deconv1(self.border(x)))}


def generator_names():
    names = {f"conv{k}": f"conv{k}.0" for k in (1, 2, 3)}
    for k in range(9):
        names[f"residual{k + 1}/conv1"] = f"blocks.{k}.first.0"
        names[f"residual{k + 1}/conv2"] = f"blocks.{k}.second.0"
    return {**names, "convTranspose1": "deconv3.0", "convTranspose2": "deconv2.0", "conv4": "deconv1"}


class Discriminator(nn.Module):
    def __init__(self, c):
        super().__init__()
        leaky = nn.LeakyReLU(0.2)
        self.conv1 = nn.Conv2d(3, c, 4, stride=2, padding=1, bias=False)
        self.conv2 = normed(nn.Conv2d(c, 2 * c, 4, stride=2, padding=1), 2 * c, leaky)
        self.conv3 = normed(nn.Conv2d(2 * c, 4 * c, 4, stride=2, padding=1), 4 * c, leaky)
        self.conv4 = normed(nn.Conv2d(4 * c, 8 * c, 4), 8 * c, leaky)
        self.dis = nn.Conv2d(8 * c, 1, 4, bias=False)
        self.leaky = leaky

    def forward(self, x_b):
        x = self.conv3(self.conv2(self.leaky(self.conv1(x_b))))
        return {"output": self.dis(self.conv4(x))}


DISCRIMINATOR_NAMES = {
    "conv1": "conv1",
    "conv2": "conv2.0",
    "conv3": "conv3.0",
    "conv4": "conv4.0",
    "conv5": "dis",
}


def build(which, filters):
    if which == "generator":
        return Generator(int(filters)), generator_names()
    return Discriminator(int(filters)), DISCRIMINATOR_NAMES


answer(build)
