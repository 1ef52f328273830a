"""Def-GAN's networks after the published code: `generator LEVELS FILTERS mask|full|none`, `discriminator FILTERS`."""

import torch
from torch import nn
from torch.nn import functional

from twin import answer


class Norm(nn.Module):
    """One mean and deviation for each example, over channels too; what is added goes to the deviation."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        flat = x.flatten(1)
        mean = flat.mean(dim=1).view(-1, 1, 1, 1)
        deviation = flat.std(dim=1, unbiased=False).view(-1, 1, 1, 1)
        return (x - mean) / (deviation + 1e-3) * self.weight + self.bias


class Down(nn.Module):
    def __init__(self, channels, filters, norm):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, 4, stride=2, bias=False)
        self.norm = Norm() if norm else nn.Identity()

    def forward(self, x):
        x = functional.leaky_relu(x, 0.2)
        return self.norm(self.conv(functional.pad(x, (1, 1, 1, 1))))


class Up(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        self.conv = nn.ConvTranspose2d(channels, filters, 4, stride=2, bias=False)
        self.norm = Norm()

    def forward(self, x):
        return self.norm(self.conv(torch.relu(x))[:, :, 1:-1, 1:-1])


def widths(levels, f):
    return [f, 2 * f, 4 * f] + [8 * f] * (levels - 3)


class Encoder(nn.Module):
    def __init__(self, channels, levels, f):
        super().__init__()
        wide = widths(levels, f)
        first = nn.Conv2d(channels, f, 3, padding=1)
        deeper = [Down(wide[k - 1], wide[k], k < levels - 1) for k in range(1, levels)]
        self.levels = nn.ModuleList([first, *deeper])

    def forward(self, x):
        found = []
        for level in self.levels:
            x = level(x)
            found.append(x)
        return found

    @staticmethod
    def names(ours, own, levels):
        names = {f"{ours}/level1/conv1": f"{own}.levels.0"}
        for k in range(1, levels):
            names[f"{ours}/level{k + 1}/conv1"] = f"{own}.levels.{k}.conv"
            if k < levels - 1:
                names[f"{ours}/level{k + 1}/instanceNorm1"] = f"{own}.levels.{k}.norm"
        return names


def away(x):
    """To the nearest whole number, halves away from zero."""
    return torch.sign(x) * torch.floor(x.abs() + 0.5)


def moved(image, affine, height, width):
    """One example (c, h, w) by one affine in pixels of a picture of this height and width."""
    _, h, w = image.shape
    a0, a1, a2, b0, b1, b2 = affine[:6].tolist()
    a2, b2 = a2 / (height / h), b2 / (width / w)
    y, x = torch.meshgrid(torch.arange(h).float(), torch.arange(w).float(), indexing="ij")
    column, row = away(a0 * x + a1 * y + a2), away(b0 * x + b1 * y + b2)
    inside = (column >= 0) & (column < w) & (row >= 0) & (row < h)
    read = image[:, row.clamp(0, h - 1).long(), column.clamp(0, w - 1).long()]
    return torch.where(inside, read, torch.zeros(()))


def warped(image, affines, masks, height, width):
    """The largest of the moved and masked parts; affines are (n, 8, 1, parts), as all inputs are channels first."""
    n, _, h, w = image.shape
    examples = []
    for example in range(n):
        parts = []
        for part in range(affines.shape[3]):
            one = moved(image[example], affines[example, :, 0, part], height, width)
            if masks is not None:
                rows = torch.arange(h) * height // h
                columns = torch.arange(w) * width // w
                one = one * masks[example, part][rows][:, columns]
            parts.append(one)
        examples.append(torch.stack(parts).amax(dim=0))
    return torch.stack(examples)


class Generator(nn.Module):
    def __init__(self, levels, f, warp):
        super().__init__()
        self.warp = warp
        self.appearance = Encoder(39 if warp == "none" else 21, levels, f)
        self.pose = None if warp == "none" else Encoder(18, levels, f)
        times = 1 if warp == "none" else 2
        wide = widths(levels, f)
        up = [8 * f] * (levels - 3) + [4 * f, 2 * f]
        before = [0, *up]
        joined = [before[k] + times * wide[levels - 1 - k] for k in range(levels)]
        self.up = nn.ModuleList([Up(joined[k], up[k]) for k in range(levels - 1)])
        self.last = nn.Conv2d(joined[-1], 3, 3, padding=1)

    def forward(self, x_a, p_a, p_b, affines=None, masks=None, affine=None):
        if self.warp == "none":
            skips = self.appearance(torch.cat([x_a, p_a, p_b], dim=1))
        else:
            appearance = self.appearance(torch.cat([x_a, p_a], dim=1))
            given = affines if self.warp == "mask" else affine
            height, width = x_a.shape[2:]
            appearance = [
                warped(one, given, masks, height, width) if k < 4 else one
                for k, one in enumerate(appearance)
            ]
            skips = [torch.cat(pair, dim=1) for pair in zip(appearance, self.pose(p_b))]
        x = skips[-1]
        for k, up in enumerate(self.up):
            x = torch.cat([up(x), skips[-2 - k]], dim=1)
        return {"output": torch.tanh(self.last(torch.relu(x)))}

    def names(self, levels):
        alone = self.pose is None
        names = Encoder.names("image" if alone else "appearance", "appearance", levels)
        if not alone:
            names.update(Encoder.names("pose", "pose", levels))
        for k in range(1, levels):
            names[f"convTranspose{k}"] = f"up.{k - 1}.conv"
            names[f"instanceNorm{k}"] = f"up.{k - 1}.norm"
        return {**names, "conv1": "last"}


class Discriminator(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.first = nn.Conv2d(42, f, 4, stride=2)
        self.second = Down(f, 2 * f, True)
        self.third = Down(2 * f, 4 * f, True)
        self.fourth = Down(4 * f, 8 * f, True)
        self.fifth = Down(8 * f, 1, False)

    def forward(self, x_a, p_a, x_b, p_b):
        x = self.first(torch.cat([x_a, p_a, x_b, p_b], dim=1))
        return {"output": torch.sigmoid(self.fifth(self.fourth(self.third(self.second(x)))))}


DISCRIMINATOR_NAMES = {
    "conv1": "first",
    "conv2": "second.conv",
    "instanceNorm1": "second.norm",
    "conv3": "third.conv",
    "instanceNorm2": "third.norm",
    "conv4": "fourth.conv",
    "instanceNorm3": "fourth.norm",
    "conv5": "fifth.conv",
}


def build(which, *options):
    if which == "discriminator":
        return Discriminator(int(options[0])), DISCRIMINATOR_NAMES
    levels, filters, warp = int(options[0]), int(options[1]), options[2]
    module = Generator(levels, filters, warp)
    return module, module.names(levels)


answer(build)
