"""PG2's networks after the published tables: `g1 LEVELS FILTERS HEIGHT WIDTH`, `g2 LEVELS SKIPPED FILTERS`,
`discriminator HALVINGS FILTERS HEIGHT WIDTH`."""

import torch
from torch import nn
from torch.nn import functional as F

from twin import answer


def same_halving(x, kernel):
    """TensorFlow's SAME at stride 2 and an even size: one more row and column at the end than at the start."""
    total = kernel - 2
    before = total // 2
    return F.pad(x, (before, total - before, before, total - before))


def conv3(count_in, count_out):
    return nn.Conv2d(count_in, count_out, 3, padding=1)


class G1(nn.Module):
    def __init__(self, levels, c, height, width):
        super().__init__()
        self.small = (height >> (levels - 1), width >> (levels - 1), c)
        cells = self.small[0] * self.small[1]
        self.conv_in = conv3(21, c)
        self.enc = nn.ModuleList(
            nn.ModuleList(conv3(k * c, k * c) for _ in range(2)) for k in range(1, levels + 1)
        )
        self.down = nn.ModuleList(nn.Conv2d(k * c, (k + 1) * c, 3, stride=2) for k in range(1, levels))
        self.fc_z = nn.Linear(cells * levels * c, 64)
        self.fc_up = nn.Linear(64, cells * c)
        # What comes from below, and the skip: c and N·c at the deepest level, k·c and k·c above it.
        widths = [(levels + 1) * c] + [2 * k * c for k in range(levels - 1, 0, -1)]
        self.dec = nn.ModuleList(nn.ModuleList(conv3(w, w) for _ in range(2)) for w in widths)
        self.up = nn.ModuleList(
            nn.Conv2d(w, k * c, 1) for w, k in zip(widths, range(levels - 1, 0, -1))
        )
        self.out = conv3(2 * c, 3)

    def forward(self, x_a, p_b):
        x = F.relu(self.conv_in(torch.cat([x_a, p_b], dim=1)))
        skips = []
        for index, (first, second) in enumerate(self.enc):
            x = x + F.relu(second(F.relu(first(x))))
            skips.append(x)
            if index < len(self.down):
                x = F.relu(self.down[index](same_halving(x, 3)))
        z = self.fc_z(x.permute(0, 2, 3, 1).flatten(1))
        x = self.fc_up(z).view(-1, *self.small).permute(0, 3, 1, 2)
        for index, (first, second) in enumerate(self.dec):
            x = torch.cat([x, skips.pop()], dim=1)
            x = x + F.relu(second(F.relu(first(x))))
            if index < len(self.up):
                x = F.relu(self.up[index](F.interpolate(x, scale_factor=2, mode="nearest")))
        return {"output": self.out(x)}


def g1_names(levels):
    names = {"conv1": "conv_in", "dense1": "fc_z", "dense2": "fc_up", "conv2": "out"}
    for k in range(levels):
        for i in range(2):
            names[f"image/level{k + 1}/residual1/conv{i + 1}"] = f"enc.{k}.{i}"
            names[f"decoder/image/level{k + 1}/residual1/conv{i + 1}"] = f"dec.{k}.{i}"
    for k in range(levels - 1):
        names[f"image/level{k + 2}/conv1"] = f"down.{k}"
        names[f"decoder/image/level{k + 1}/conv1"] = f"up.{k}"
    return names


class G2(nn.Module):
    """`skipped` of the levels are joined again, the deepest ones."""

    def __init__(self, levels, skipped, c):
        super().__init__()
        self.skipped = skipped
        self.conv_in = conv3(6, c)
        self.enc = nn.ModuleList(
            nn.ModuleList([conv3(max(k - 1, 1) * c, k * c), conv3(k * c, k * c)])
            for k in range(1, levels + 1)
        )
        self.down = nn.ModuleList(nn.Conv2d(k * c, k * c, 3, stride=2) for k in range(1, levels))
        below = [levels * c] + [c] * (levels - 1)
        skip = [k * c if k > levels - skipped else 0 for k in range(levels, 0, -1)]
        self.dec = nn.ModuleList(
            nn.ModuleList([conv3(b + s, c), conv3(c, c)]) for b, s in zip(below, skip)
        )
        self.out = conv3(c, 3)

    def forward(self, coarse, x_a):
        x = F.relu(self.conv_in(torch.cat([coarse, x_a], dim=1)))
        skips = []
        for index, (first, second) in enumerate(self.enc):
            x = F.relu(second(F.relu(first(x))))
            skips.append(x)
            if index < len(self.down):
                x = F.relu(self.down[index](same_halving(x, 3)))
        skips = skips[-self.skipped :]
        for index, (first, second) in enumerate(self.dec):
            if skips:
                x = torch.cat([x, skips.pop()], dim=1)
            x = F.relu(second(F.relu(first(x))))
            if index < len(self.dec) - 1:
                x = F.interpolate(x, scale_factor=2, mode="nearest")
        difference = self.out(x)
        return {"difference": difference, "output": coarse + difference}


def g2_names(levels, skipped):
    """Levels that are not skipped lie outside our encoder, their convolutions counted through."""
    names, outside = {"conv1": "conv_in"}, 1
    for k in range(levels):
        count = 2 if k == 0 else 3
        places = ([f"down.{k - 1}"] if k > 0 else []) + [f"enc.{k}.0", f"enc.{k}.1"]
        level = k - (levels - skipped) + 1
        # The halving before the first skipped level lies outside, too.
        if level == 1 and k > 0:
            outside += 1
            names[f"conv{outside}"] = places.pop(0)
            count -= 1
        for i in range(count):
            if level < 1:
                outside += 1
                names[f"conv{outside}"] = places[i]
            else:
                names[f"image/level{level}/conv{i + 1}"] = places[i]
    for k in range(levels):
        for i in range(2):
            if k < skipped:
                names[f"decoder/image/level{k + 1}/conv{i + 1}"] = f"dec.{k}.{i}"
            else:
                outside += 1
                names[f"conv{outside}"] = f"dec.{k}.{i}"
    names[f"conv{outside + 1}"] = "out"
    return names


class Discriminator(nn.Module):
    def __init__(self, halvings, c, height, width):
        super().__init__()
        widths = [3, c, 2 * c, 4 * c, 8 * c, 8 * c][: halvings + 1]
        self.conv = nn.ModuleList(
            nn.Conv2d(a, b, 5, stride=2) for a, b in zip(widths, widths[1:])
        )
        # Without running moments a batch norm always uses the batch's own.
        self.norm = nn.ModuleList(
            nn.BatchNorm2d(w, eps=1e-5, track_running_stats=False) for w in widths[2:]
        )
        self.out = nn.Linear((height >> halvings) * (width >> halvings) * widths[-1], 1)

    def forward(self, x_b):
        x = F.leaky_relu(self.conv[0](same_halving(x_b, 5)), 0.2)
        for conv, norm in zip(self.conv[1:], self.norm):
            x = F.leaky_relu(norm(conv(same_halving(x, 5))), 0.2)
        return {"output": self.out(x.flatten(1)).view(-1, 1, 1, 1)}


def discriminator_names(halvings):
    names = {f"conv{k + 1}": f"conv.{k}" for k in range(halvings)}
    names.update({f"batchNorm{k + 1}": f"norm.{k}" for k in range(halvings - 1)})
    return {**names, "dense1": "out"}


def build(which, *options):
    sizes = [int(one) for one in options]
    if which == "g1":
        return G1(*sizes), g1_names(sizes[0])
    if which == "g2":
        return G2(*sizes), g2_names(sizes[0], sizes[1])
    return Discriminator(*sizes), discriminator_names(sizes[0])


answer(build)
