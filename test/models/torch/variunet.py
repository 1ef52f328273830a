"""Vari-UNet in transfer after the published tables: `transfer FILTERS FIRST SCALES`, the appearance's first width and scales."""

import torch
import torch.nn.functional as F
from torch import nn

from twin import answer


class Normed(nn.Module):
    """gain · (V / ‖V‖ * x) + bias, one norm for each output; strides of 2 pad below and on the right."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, kernel, kernel))
        self.gain = nn.Parameter(torch.zeros(outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.stride = stride

    def forward(self, x):
        kernel = self.weight / self.weight.flatten(1).norm(dim=1)[:, None, None, None]
        if self.stride == 2:
            found = F.conv2d(F.pad(x, (0, 1, 0, 1)), kernel, stride=2)
        else:
            found = F.conv2d(x, kernel, padding=self.weight.shape[-1] // 2)
        return self.gain[:, None, None] * found + self.bias[:, None, None]


def spread(x, inverse=False):
    """Channels over blocks of 2×2 as TensorFlow does: the block's pixel is the slow part of a channel's number."""
    n, c, h, w = x.shape
    if inverse:
        apart = x.view(n, c, h // 2, 2, w // 2, 2)
        return apart.permute(0, 3, 5, 1, 2, 4).reshape(n, 4 * c, h // 2, w // 2)
    apart = x.view(n, 2, 2, c // 4, h, w)
    return apart.permute(0, 3, 4, 1, 5, 2).reshape(n, c // 4, 2 * h, 2 * w)


class Block(nn.Module):
    """x + conv(elu([x, nin(elu(a))])), or without a."""

    def __init__(self, c, a=0):
        super().__init__()
        self.nin = Normed(a, c, 1) if a else None
        self.conv = Normed(2 * c if a else c, c, 3)

    def forward(self, x, a=None):
        inside = x if a is None else torch.cat([x, self.nin(F.elu(a))], dim=1)
        return x + self.conv(F.elu(inside))


class Up(nn.Module):
    """The way down of an encoder: every block's output is kept."""

    def __init__(self, inputs, widths):
        super().__init__()
        self.nin = Normed(inputs, widths[0], 1)
        self.blocks = nn.ModuleList(Block(c) for c in widths for _ in range(2))
        self.downs = nn.ModuleList(Normed(a, b, 3, 2) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        h, kept = self.nin(x), []
        for k, block in enumerate(self.blocks):
            if k > 0 and k % 2 == 0:
                h = self.downs[k // 2 - 1](h)
            h = block(h)
            kept.append(h)
        return kept


class Prior(nn.Module):
    """Four groups, each given those of the posterior before it."""

    def __init__(self, c):
        super().__init__()
        self.trunk = Block(c)
        self.predict = nn.ModuleList(Normed(4 * c, c, 3) for _ in range(4))
        self.update = nn.ModuleList(Block(4 * c, c) for _ in range(3))

    def forward(self, h, z):
        given = spread(z, inverse=True).chunk(4, dim=1)
        trunk, groups = spread(self.trunk(h), inverse=True), []
        for k in range(4):
            groups.append(self.predict[k](trunk))
            if k < 3:
                trunk = self.update[k](trunk, given[k])
        return spread(torch.cat(groups, dim=1))


class Transfer(nn.Module):
    def __init__(self, f, first, scales):
        super().__init__()
        c = 4 * f
        self.appearance = Up(24, [first] + [c] * (scales - 1))
        self.pose = Up(3, [f, 2 * f] + [c] * 5)
        self.start = Normed(c, c, 1)
        self.read = nn.ModuleList(Block(c, c) for _ in range(2))
        self.mean = nn.ModuleList(Normed(c, c, 3) for _ in range(2))
        self.feedback = nn.ModuleList(Block(c, 2 * c) for _ in range(2))
        self.rise = nn.ModuleList(Normed(c, 4 * c, 3) for _ in range(2))
        self.unread = Block(c, c)
        widths = [c] * 5 + [2 * f, f]
        self.begin = Normed(c, c, 1)
        self.first = nn.ModuleList(Block(w, w) for w in widths)
        self.second = nn.ModuleList(Block(w, w) for w in widths)
        self.prior = nn.ModuleList(Prior(c) for _ in range(2))
        self.join = nn.ModuleList(Normed(2 * c, c, 1) for _ in range(2))
        self.grow = nn.ModuleList(Normed(a, 4 * b, 3) for a, b in zip(widths, widths[1:]))
        self.end = Normed(f, 3, 3)

    def forward(self, p_b, parts_a):
        kept = self.appearance(parts_a)
        h = self.start(kept[-1])
        h = self.read[0](h, kept.pop())
        q1 = self.mean[0](h)
        h = self.feedback[0](h, torch.cat([kept.pop(), q1], dim=1))
        h = self.read[1](spread(self.rise[0](h)), kept.pop())
        q2 = self.mean[1](h)

        kept = self.pose(p_b)
        h, priors = self.begin(kept[-1]), []
        for k in range(7):
            h = self.first[k](h, kept.pop())
            if k < 2:
                z = (q1, q2)[k]
                priors.append(self.prior[k](h, z))
                h = self.join[k](torch.cat([h, z], dim=1))
            h = self.second[k](h, kept.pop())
            if k < 6:
                h = spread(self.grow[k](h))
        return {"output": self.end(h), "q1": q1, "q2": q2, "p1": priors[0], "p2": priors[1]}


def block(path, name, reads=True):
    if not reads:
        return {f"{path}/conv1": f"{name}.conv"}
    return {f"{path}/conv1": f"{name}.nin", f"{path}/conv2": f"{name}.conv"}


def way_down(name, scales):
    names = {f"{name}/conv1": f"{name}.nin"}
    for k in range(scales):
        names.update(block(f"{name}/scale{k + 1}/residual1", f"{name}.blocks.{2 * k}", False))
        names.update(block(f"{name}/scale{k + 1}/residual2", f"{name}.blocks.{2 * k + 1}", False))
        if k > 0:
            names[f"{name}/down{k}/conv1"] = f"{name}.downs.{k - 1}"
    return names


def names_of(scales):
    names = {**way_down("appearance", scales), **way_down("pose", 7)}
    names.update({"posterior/conv1": "start", "image/conv1": "begin", "conv1": "end"})
    names.update(block("posterior/scale1/residual2", "feedback.0"))
    names.update(block("posterior/unread/residual1", "feedback.1"))
    names.update(block("posterior/unread/residual2", "unread"))
    names.update({"posterior/up1/conv1": "rise.0", "posterior/unread/conv1": "rise.1"})
    for k in range(2):
        names.update(block(f"posterior/scale{k + 1}/residual1", f"read.{k}"))
        names[f"posterior/scale{k + 1}/mean/conv1"] = f"mean.{k}"
        names[f"image/scale{k + 1}/conv1"] = f"join.{k}"
        prior = f"image/scale{k + 1}/prior"
        names.update(block(f"{prior}/residual1", f"prior.{k}.trunk", False))
        for g in range(4):
            group = f"{prior}/autoregressive1/group{g + 1}"
            names[f"{group}/predict/conv1"] = f"prior.{k}.predict.{g}"
            if g < 3:
                names.update(block(f"{group}/update/residual1", f"prior.{k}.update.{g}"))
    for k in range(7):
        names.update(block(f"image/scale{k + 1}/residual1", f"first.{k}"))
        names.update(block(f"image/scale{k + 1}/residual2", f"second.{k}"))
        if k > 0:
            names[f"image/up{k}/conv1"] = f"grow.{k - 1}"
    return names


def build(_, filters, first, scales):
    return Transfer(int(filters), int(first), int(scales)), names_of(int(scales))


answer(build)
