/** `psi.py`: the masks alone, for networks that are there already. */

/** The text of `psi.py`. */
export const psiScript = `"""Masks on skip connections: psi(f, M) = f * 1[sigma(f * M) >= 1/2].

The gate is 1 where f * M >= 0. In training the gradient of a surrogate stands in for its
own, which is zero: of the sigmoid (straight-through, the default), of none ("zero", the
mask stays as it starts), or the gate itself is soft ("soft": sigma(temperature * f * M),
hard in eval mode). Features are n x c x h x w.

    psi = DenseMask(64, 32, 16)
    x = torch.cat([decoded, psi(encoded)], 1)
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SURROGATES = ("sigmoid", "soft", "zero")


class Mask(nn.Module):
    """What the masks share: the parameter, how it starts, and the gate's gradient.

    Every entry starts at 0.1, so that on features >= 0 all gates are open; with
    \`deviation\` entries are drawn from a normal distribution with mean 0 instead.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        *,
        surrogate: str = "sigmoid",
        temperature: float = 1.0,
        deviation: float | None = None,
    ) -> None:
        super().__init__()
        if surrogate not in SURROGATES:
            raise ValueError(f"surrogate {surrogate!r} is none of {SURROGATES}")
        if any(size < 1 for size in shape):
            raise ValueError(f"a mask of shape {shape} has no entries")
        self.surrogate = surrogate
        # May be raised as training goes on; only the soft surrogate reads it.
        self.temperature = temperature
        self.deviation = deviation
        self.mask = nn.Parameter(torch.empty(shape))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Starts the mask anew."""
        if self.deviation is None:
            nn.init.constant_(self.mask, 0.1)
        else:
            nn.init.normal_(self.mask, 0.0, self.deviation)

    def gate(
        self, product: Tensor, hard: Tensor, pool: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """The gate of products f * M: \`hard\`, with the surrogate's gradient in training."""
        if not self.training or self.surrogate == "zero":
            return hard
        if self.surrogate == "soft":
            return pool(torch.sigmoid(product * self.temperature))
        soft = pool(torch.sigmoid(product))
        return hard + (soft - soft.detach())

    def through(self, feature: Tensor, mask: Tensor) -> Tensor:
        """The feature behind a mask that broadcasts over it."""
        product = feature * mask
        return feature * self.gate(product, (product >= 0).float(), lambda x: x)


class DenseMask(Mask):
    """mUNet: one mask value per pixel and channel. Parameters: c * h * w."""

    def __init__(self, channels: int, height: int, width: int, **options) -> None:
        super().__init__((channels, height, width), **options)

    def forward(self, feature: Tensor) -> Tensor:
        return self.through(feature, self.mask)


class OneMask(Mask):
    """mUNet_o: one mask value per pixel, shared by all channels. Parameters: h * w."""

    def __init__(self, height: int, width: int, **options) -> None:
        super().__init__((1, height, width), **options)

    def forward(self, feature: Tensor) -> Tensor:
        return self.through(feature, self.mask)


class GroupedMask(Mask):
    """One mask value per pixel and group of channels. Parameters: depth * h * w."""

    def __init__(
        self, channels: int, height: int, width: int, depth: int, **options
    ) -> None:
        if depth < 1 or channels % depth != 0:
            raise ValueError(f"depth {depth} does not divide {channels} channels")
        super().__init__((depth, height, width), **options)
        self.repeats = channels // depth

    def forward(self, feature: Tensor) -> Tensor:
        return self.through(feature, self.mask.repeat_interleave(self.repeats, 0))


class GridMask(Mask):
    """mUNet_g: one mask value per cell, for all channels.

    A cell passes whole if more than half of its entries have f * M >= 0; a tie blocks
    it. Pixels at the bottom and right that no whole cell covers pass.
    """

    def __init__(
        self, height: int, width: int, cell_height: int, cell_width: int, **options
    ) -> None:
        if cell_height < 1 or cell_width < 1:
            raise ValueError(f"a cell of {cell_height} x {cell_width} is none")
        super().__init__((1, height // cell_height, width // cell_width), **options)
        self.cell = (cell_height, cell_width)

    def spread(self, per_cell: Tensor) -> Tensor:
        """Each cell's value at each of its pixels."""
        rows = per_cell.repeat_interleave(self.cell[0], -2)
        return rows.repeat_interleave(self.cell[1], -1)

    def per_cell(self, x: Tensor) -> Tensor:
        """The sum over each cell and all channels: n x 1 x rows x columns."""
        rows, columns = self.mask.shape[1:]
        n, c = x.shape[:2]
        cells = x.reshape(n, c, rows, self.cell[0], columns, self.cell[1])
        return cells.sum((1, 3, 5))[:, None]

    def forward(self, feature: Tensor) -> Tensor:
        height = self.mask.shape[1] * self.cell[0]
        width = self.mask.shape[2] * self.cell[1]
        product = feature[:, :, :height, :width] * self.spread(self.mask)
        size = self.cell[0] * self.cell[1] * feature.shape[1]
        majority = 2 * self.per_cell((product >= 0).float()) > size
        gate = self.gate(product, majority.float(), lambda x: self.per_cell(x) / size)
        border = (0, feature.shape[3] - width, 0, feature.shape[2] - height)
        return feature * F.pad(self.spread(gate), border, value=1.0)
`;
