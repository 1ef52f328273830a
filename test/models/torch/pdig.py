"""PDIG after the published tables: `stage1 FILTERS CUT LEVELS BACKGROUND HEIGHT WIDTH`, `decoder UNITS`."""

import torch
import torch.nn.functional as F
from torch import nn

from twin import answer


def halved(conv, x):
    """A stride of 2 on an even side pads below and on the right, on an odd one on both sides."""
    h, w = x.shape[2:]
    return F.relu(conv(F.pad(x, (w % 2, 1, h % 2, 1))))


def flat(x):
    """Row by row, channels last."""
    return x.permute(0, 2, 3, 1).flatten(1)


def rows(x):
    return x.flatten(1)


def column(x):
    return x[:, :, None, None]


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.one = nn.Conv2d(c, c, 3, padding=1)
        self.two = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x):
        return x + F.relu(self.two(F.relu(self.one(x))))


class Down(nn.Module):
    """A level is a block; between two of them a stride of 2 to the next width."""

    def __init__(self, c, levels):
        super().__init__()
        self.blocks = nn.ModuleList(Block(c * (k + 1)) for k in range(levels))
        self.downs = nn.ModuleList(nn.Conv2d(c * (k + 1), c * (k + 2), 3, stride=2) for k in range(levels - 1))

    def forward(self, x):
        kept = []
        for k, block in enumerate(self.blocks):
            x = block(halved(self.downs[k - 1], x) if k > 0 else x)
            kept.append(x)
        return kept


def cut(x, boxes, size):
    """Boxes (y1, x1, y2, x2) of each picture; corners of a cut are centres of entries."""
    steps = torch.linspace(0, 1, size)
    parts = []
    for y1, x1, y2, x2 in boxes:
        ys = y1 + steps * (y2 - y1)
        xs = x1 + steps * (x2 - x1)
        grid = torch.stack([xs[None, :].expand(size, size), ys[:, None].expand(size, size)], dim=-1)
        parts.append(2 * grid - 1)
    return F.grid_sample(x, torch.stack(parts), mode="bilinear", padding_mode="zeros", align_corners=True)


class Stage1(nn.Module):
    def __init__(self, c, size, levels, background, height, width):
        super().__init__()
        self.size, self.area = size, (height, width)
        side = size
        for _ in range(levels - 1):
            side = (side + 1) // 2
        low = (height // 16) * (width // 16)
        self.start, self.features = nn.Conv2d(3, c, 3, padding=1), Block(c)
        self.part = Down(c, levels)
        self.part_code = nn.Linear(side * side * c * levels, 32)
        self.back = Down(c, 5) if background else None
        self.back_code = nn.Linear(low * 5 * c, 128) if background else None
        self.begin = nn.Conv2d(7 * 32 + (128 if background else 0) + 18, c, 3, padding=1)
        self.encode = Down(c, 5)
        self.latent, self.spread = nn.Linear(low * 5 * c, 64), nn.Linear(64, low * c)
        joined = [6 * c, 8 * c, 6 * c, 4 * c, 2 * c]
        self.decode = nn.ModuleList(Block(w) for w in joined)
        self.rise = nn.ModuleList(nn.Conv2d(joined[k], c * (4 - k), 1) for k in range(4))
        self.end = nn.Conv2d(2 * c, 3, 3, padding=1)

    def forward(self, x_a, p_b, boxes_a, seen_a, mask_a=None):
        n, (h, w) = x_a.shape[0], self.area
        x = self.features(F.relu(self.start(x_a)))
        person = x if mask_a is None else x * mask_a
        codes = []
        for k in range(7):
            # Channels first, the boxes are n×4×1×7.
            part = self.part(cut(person, boxes_a[:, :, 0, k], self.size))[-1]
            codes.append(self.part_code(flat(part)) * seen_a[:, k, 0])
        found = {"foreground": torch.cat(codes, dim=1)}
        if self.back is not None:
            found["background"] = self.back_code(flat(self.back(x * (1 - mask_a))[-1]))
        code = torch.cat(list(found.values()), dim=1)

        u = F.relu(self.begin(torch.cat([column(code).expand(-1, -1, h, w), p_b], dim=1)))
        kept = self.encode(u)
        u = self.spread(self.latent(flat(kept[-1])))
        u = u.view(n, h // 16, w // 16, -1).permute(0, 3, 1, 2)
        for k in range(5):
            u = self.decode[k](torch.cat([u, kept.pop()], dim=1))
            if k < 4:
                u = F.relu(self.rise[k](F.interpolate(u, scale_factor=2, mode="nearest")))
        return {"output": self.end(u), **{name: column(one) for name, one in found.items()}}


def block(path, name):
    return {f"{path}/conv1": f"{name}.one", f"{path}/conv2": f"{name}.two"}


def in_line(path, name, levels):
    names = {}
    for k in range(levels):
        names.update(block(f"{path}/residual{k + 1}", f"{name}.blocks.{k}"))
        if k > 0:
            names[f"{path}/conv{k}"] = f"{name}.downs.{k - 1}"
    return names


def stage1_names(levels, background):
    names = {"conv1": "start", **block("residual1", "features"), **in_line("parts1/branch", "part", levels)}
    names["parts1/dense1"] = "part_code"
    if background:
        names.update(in_line("background/branch", "back", 5))
        names["background/dense1"] = "back_code"
    names.update({"unet/conv1": "begin", "unet/dense1": "latent", "unet/dense2": "spread", "unet/conv2": "end"})
    for k in range(5):
        names.update(block(f"unet/image/level{k + 1}/residual1", f"encode.blocks.{k}"))
        names.update(block(f"unet/decoder/image/level{k + 1}/residual1", f"decode.{k}"))
        if k > 0:
            names[f"unet/image/level{k + 1}/conv1"] = f"encode.downs.{k - 1}"
            names[f"unet/decoder/image/level{k}/conv1"] = f"rise.{k - 1}"
    return names


class Pair(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.one, self.two = nn.Linear(units, units), nn.Linear(units, units)

    def forward(self, x):
        return x + F.leaky_relu(self.two(F.leaky_relu(self.one(x), 0.2)), 0.2)


class Decoder(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.start = nn.Linear(32, units)
        self.pairs = nn.Sequential(*(Pair(units) for _ in range(4)))
        self.where, self.seen = nn.Linear(units, 36), nn.Linear(units, 18)

    def forward(self, code):
        trunk = self.pairs(self.start(rows(code)))
        seen = torch.round(torch.sigmoid(self.seen(trunk)))
        pose = torch.cat([self.where(trunk).view(-1, 18, 2), seen[:, :, None]], dim=2)
        return {"output": column(rows(pose))}


def decoder_names():
    names = {"dense1": "start", "coordinates/dense1": "where", "visibilities/dense1": "seen"}
    for k in range(4):
        names[f"residual{k + 1}/dense1"] = f"pairs.{k}.one"
        names[f"residual{k + 1}/dense2"] = f"pairs.{k}.two"
    return names


def build(which, width, *options):
    if which == "decoder":
        return Decoder(int(width)), decoder_names()
    size, levels, background, *area = map(int, options)
    return Stage1(int(width), size, levels, background == 1, *area), stage1_names(levels, background == 1)


answer(build)
