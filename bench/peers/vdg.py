"""VDG, Stage I, with mUNet's masks, by hand in PyTorch (NCHW); weights from our safetensors file by path."""

import torch
import torch.nn.functional as F
from safetensors.numpy import load_file
from torch import nn


class Weights:
    """The file's arrays in PyTorch's layouts."""

    def __init__(self, path):
        self.arrays = {name: torch.from_numpy(array) for name, array in load_file(path).items()}

    def conv(self, path, stride=1):
        kernel = self.arrays[path + "/kernel"]  # height, width, in, out
        size, _, inputs, filters = kernel.shape
        layer = nn.Conv2d(inputs, filters, size, stride, padding=size // 2 if stride == 1 else 0)
        layer.weight.data = kernel.permute(3, 2, 0, 1).contiguous()
        layer.bias.data = self.arrays[path + "/bias"]
        return layer if stride == 1 else nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), layer)

    def dense(self, path):
        kernel = self.arrays[path + "/kernel"]  # in, out
        layer = nn.Linear(*kernel.shape)
        layer.weight.data = kernel.t().contiguous()
        layer.bias.data = self.arrays[path + "/bias"]
        return layer

    def mask(self, path):
        return nn.Parameter(self.arrays[path + "/mask"].permute(2, 0, 1).contiguous())


class Block(nn.Module):
    def __init__(self, weights, path):
        super().__init__()
        self.conv1 = weights.conv(path + "/conv1")
        self.conv2 = weights.conv(path + "/conv2")

    def forward(self, x):
        return x + F.relu(self.conv2(F.relu(self.conv1(x))))


class Encoder(nn.Module):
    def __init__(self, weights, first, name):
        super().__init__()
        self.first = weights.conv(first)
        self.downs = nn.ModuleList(weights.conv(f"{name}/level{k}/conv1", 2) for k in range(2, 6))
        self.blocks = nn.ModuleList(Block(weights, f"{name}/level{k}/residual1") for k in range(1, 6))

    def forward(self, x):
        x = self.blocks[0](F.relu(self.first(x)))
        levels = [x]
        for down, block in zip(self.downs, list(self.blocks)[1:]):
            x = block(F.relu(down(x)))
            levels.append(x)
        return levels


class Mask(nn.Module):
    """psi(f, M) = f * [f M >= 0]; in training with the sigmoid's gradient."""

    def __init__(self, weights, path):
        super().__init__()
        self.mask = weights.mask(path)

    def forward(self, f):
        product = f * self.mask
        gate = (product >= 0).to(f.dtype)
        if self.training:
            soft = torch.sigmoid(product)
            gate = gate + (soft - soft.detach())
        return f * gate


class Vdg(nn.Module):
    """Stage I with five levels; inputs and output are NCHW."""

    def __init__(self, weights, psi):
        super().__init__()
        self.image = Encoder(weights, "conv1", "image")
        self.pose = Encoder(weights, "conv2", "pose")
        self.dense1 = weights.dense("dense1")
        self.dense2 = weights.dense("dense2")
        self.dense3 = weights.dense("dense3")
        levels = [f"decoder/image/level{k}" for k in range(1, 6)]
        self.masks = nn.ModuleList(
            nn.Identity() if psi == "none" else Mask(weights, level + "/psi") for level in levels
        )
        self.blocks = nn.ModuleList(Block(weights, level + "/residual1") for level in levels)
        self.rises = nn.ModuleList(weights.conv(level + "/conv1") for level in levels[:-1])
        self.last = weights.conv("conv3")

    def forward(self, x_a, p_a, p_b):
        image = self.image(torch.cat([x_a, p_a], 1))
        pose = self.pose(p_b)
        # The weights of the dense layers are in the order height, width, channels.
        seen = self.dense1(image[-1].permute(0, 2, 3, 1).flatten(1))
        wanted = self.dense2(pose[-1].permute(0, 2, 3, 1).flatten(1))
        height, width = image[-1].shape[2:]
        x = self.dense3(torch.cat([seen, wanted], 1))
        x = x.unflatten(1, (height, width, -1)).permute(0, 3, 1, 2)
        for level, block in enumerate(self.blocks):
            x = block(torch.cat([x, self.masks[level](image[4 - level])], 1))
            if level < 4:
                x = F.relu(self.rises[level](F.interpolate(x, scale_factor=2, mode="nearest")))
        return self.last(x)


def nchw(array):
    """An NHWC array as an NCHW tensor in PyTorch's standard memory format."""
    return torch.from_numpy(array).permute(0, 3, 1, 2).contiguous()
