/** `network.py`: what every generated network is made of. */

/** The text of `network.py`. */
export const networkScript = `"""What the networks of this folder share: parameters by name, weights files.

A network's parameters hang in a tree of modules: maskskip's image/level1/conv1/kernel
is image.level1.conv1.kernel in state_dict. Images are n x c x h x w, kernels
filters x c x kh x kw (of a transposed convolution c x filters x kh x kw), masks
c x h x w; weights files keep maskskip's order, and \`axes\` says which of its axes each
axis here is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

# What maskskip's checkpoints say of themselves; other weights files say nothing.
CHECKPOINT = "maskskip-checkpoint"

Noise = Mapping[str, Tensor] | None
Start = Callable[[tuple[int, ...], torch.Generator | None], Tensor]


class Input(NamedTuple):
    """An input: the argument of forward that takes it, its shape without batch."""

    argument: str
    shape: tuple[int, ...]


class Parameter(NamedTuple):
    """A parameter: its path in weights files, its shape here, and how it starts."""

    path: str
    shape: tuple[int, ...]
    start: Start
    # The axis of the weights file that each axis here is; the same where it is empty.
    axes: tuple[int, ...] = ()
    # "weight" and "mask" are trained, "state" (a running moment) is not.
    role: str = "weight"
    # Where training puts every entry back after an update.
    clip: tuple[float, float] | None = None
    # Its name in state_dict where that is not the path with dots.
    name: str = ""

    def key(self) -> str:
        return self.name or self.path.replace("/", ".")

    def order(self) -> tuple[int, ...]:
        return self.axes or tuple(range(len(self.shape)))

    def file_shape(self) -> tuple[int, ...]:
        order = self.order()
        return tuple(self.shape[order.index(axis)] for axis in range(len(order)))

    def from_file(self, value: Tensor) -> Tensor:
        return value.permute(self.order()).contiguous()

    def to_file(self, value: Tensor) -> Tensor:
        order = self.order()
        back = [order.index(axis) for axis in range(len(order))]
        return value.detach().permute(back).contiguous().cpu()


class Layer(nn.Module):
    """Named parameters, and layers within it."""


class Network(nn.Module):
    """A network whose parameters stand in a table."""

    NAME: str = ""
    INPUTS: Mapping[str, Input] = {}
    OUTPUTS: Mapping[str, tuple[int, ...]] = {}
    PARAMETERS: tuple[Parameter, ...] = ()
    SCALARS: Mapping[str, float] = {}

    def __init__(self) -> None:
        super().__init__()
        # Numbers that may change during training, by path.
        self.scalars: dict[str, float] = dict(self.SCALARS)
        for one in self.PARAMETERS:
            *groups, name = one.key().split(".")
            layer: nn.Module = self
            for group in groups:
                if not hasattr(layer, group):
                    layer.add_module(group, Layer())
                layer = getattr(layer, group)
            value = torch.empty(one.shape)
            if one.role == "state":
                layer.register_buffer(name, value)
            else:
                layer.register_parameter(name, nn.Parameter(value))
        self.reset_parameters()

    def run(
        self, inputs: Mapping[str, Tensor], *, noise: Noise = None
    ) -> dict[str, Tensor]:
        """The outputs, with inputs by the model's own names for them."""
        named = {self.INPUTS[name].argument: value for name, value in inputs.items()}
        return self(**named, noise=noise)

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Starts all parameters anew, drawn as maskskip draws them."""
        with torch.no_grad():
            for one, value in self._values():
                value.copy_(one.from_file(one.start(one.file_shape(), generator)))

    def weight_parameters(self) -> Iterator[nn.Parameter]:
        """What is trained but masks."""
        return (value for one, value in self._values() if one.role == "weight")

    def mask_parameters(self) -> Iterator[nn.Parameter]:
        """The masks of psi."""
        return (value for one, value in self._values() if one.role == "mask")

    def project(self) -> None:
        """Puts parameters back where they have to stay; call it after each update."""
        with torch.no_grad():
            for one, value in self._values():
                if one.clip is not None:
                    value.clamp_(*one.clip)

    def load_maskskip(self, path: str | os.PathLike[str]) -> None:
        """Reads a weights file or a checkpoint of maskskip.

        ValueError, and nothing is changed, if a name, type or shape is wrong.
        """
        try:
            with safe_open(str(path), framework="pt") as file:
                metadata = file.metadata() or {}
                found = {name: file.get_tensor(name) for name in file.keys()}
        except SafetensorError as error:
            raise ValueError(f"{path}: no safetensors file ({error})") from error
        if metadata.get("format") == CHECKPOINT:
            found = {
                name.split("/", 1)[1]: value
                for name, value in found.items()
                if name.startswith(("parameter/", "state/"))
            }
        wanted = {one.path for one in self.PARAMETERS}
        for name in sorted(wanted - found.keys()):
            raise ValueError(f"{path}: no tensor {name!r}; a file of another model?")
        for name in sorted(found.keys() - wanted):
            raise ValueError(f"{path}: tensor {name!r} is none of {self.NAME!r}")
        for one in self.PARAMETERS:
            value = found[one.path]
            if value.dtype != torch.float32:
                raise ValueError(f"{path}: {one.path!r} is {value.dtype}, not float32")
            if tuple(value.shape) != one.file_shape():
                shape = tuple(value.shape)
                wanted_shape = one.file_shape()
                raise ValueError(f"{path}: {one.path!r} is {shape}, not {wanted_shape}")
            if not bool(torch.isfinite(value).all()):
                raise ValueError(f"{path}: {one.path!r} is not finite everywhere")
        with torch.no_grad():
            for one, value in self._values():
                value.copy_(one.from_file(found[one.path]))

    def save_maskskip(self, path: str | os.PathLike[str]) -> None:
        """Writes the weights file that maskskip reads: whole, or not at all."""
        values = self._values()
        tensors = {one.path: one.to_file(value.float()) for one, value in values}
        folder = os.path.dirname(os.path.abspath(path))
        handle, draft = tempfile.mkstemp(dir=folder, suffix=".safetensors")
        os.close(handle)
        try:
            save_file(tensors, draft)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise

    def scalar(self, path: str) -> Tensor:
        """A number that may change during training."""
        return torch.tensor(self.scalars[path])

    def draw(
        self, noise: Noise, path: str, shape: tuple[int, ...], distribution: str
    ) -> Tensor:
        """Noise: the tensor given under this path, or torch's random numbers."""
        if noise is not None and path in noise:
            return noise[path]
        like = next(self.parameters(), torch.empty(0))
        draw = torch.rand if distribution == "uniform" else torch.randn
        return draw(shape, dtype=like.dtype, device=like.device)

    def draw_to_train(self, *options) -> Tensor | None:
        """Noise as draw gives it, in training; in eval mode nothing reads it."""
        return self.draw(*options) if self.training else None

    def _values(self) -> Iterator[tuple[Parameter, Tensor]]:
        known = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        return ((one, known[one.key()]) for one in self.PARAMETERS)


def constant(value: float) -> Start:
    """All entries the same."""
    return lambda shape, generator: torch.full(shape, value)


def normal(deviation: float) -> Start:
    """Normal with mean 0."""
    return lambda shape, generator: torch.randn(shape, generator=generator) * deviation


def uniform(limit: float) -> Start:
    """Uniform between -limit and limit."""
    return lambda shape, generator: (
        (2 * torch.rand(shape, generator=generator) - 1) * limit
    )


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs and outputs a unit sees, of kh x kw x in x out or in x out."""
    field = 1
    for size in shape[:-2]:
        field *= size
    return field * (shape[-2] if len(shape) > 1 else 1), field * (
        shape[-1] if shape else 1
    )


def glorot_uniform(shape: tuple[int, ...], generator: torch.Generator | None) -> Tensor:
    """Uniform, limit sqrt(6 / (fan in + fan out)). Glorot and Bengio, AISTATS 2010."""
    return uniform((6 / sum(fans(shape))) ** 0.5)(shape, generator)


def fan_in_uniform(shape: tuple[int, ...], generator: torch.Generator | None) -> Tensor:
    """Uniform with the limit 1 / sqrt(fan in), as torch's convolutions start."""
    return uniform(fans(shape)[0] ** -0.5)(shape, generator)


def he_normal(shape: tuple[int, ...], generator: torch.Generator | None) -> Tensor:
    """Normal with the deviation sqrt(2 / fan in). He et al., ICCV 2015."""
    return normal((2 / fans(shape)[0]) ** 0.5)(shape, generator)


def conv(x: Tensor, layer: Layer, stride=1, padding=0, dilation=1) -> Tensor:
    """A convolution with the layer's kernel and, if it has one, its bias."""
    bias = getattr(layer, "bias", None)
    return F.conv2d(x, layer.kernel, bias, stride, padding, dilation)


def conv_transpose(
    x: Tensor, layer: Layer, stride=1, padding=0, output_padding=0
) -> Tensor:
    """A transposed convolution with the layer's kernel and, if it has one, its bias."""
    bias = getattr(layer, "bias", None)
    return F.conv_transpose2d(x, layer.kernel, bias, stride, padding, output_padding)


def dense(x: Tensor, layer: Layer) -> Tensor:
    """A fully connected layer: kernel filters x inputs, and a bias if it has one."""
    return F.linear(x, layer.kernel, getattr(layer, "bias", None))


def update(state: Tensor, value: Tensor) -> None:
    """Puts what training has measured into a running moment."""
    with torch.no_grad():
        state.copy_(value)


def maximum(a: Tensor | float, b: Tensor | float) -> Tensor:
    """The greater of two; where they are equal the first has the gradient."""
    return torch.where(a >= b, a, b)


def minimum(a: Tensor | float, b: Tensor | float) -> Tensor:
    """The lesser of two; where they are equal the first has the gradient."""
    return torch.where(a <= b, a, b)


def gather(rows: Tensor, indices: Tensor) -> Tensor:
    """Rows by number, of each example its own: n x m x c by n x k gives n x k x c."""
    inside = indices.long().clamp(0, rows.shape[1] - 1)
    return torch.gather(rows, 1, inside[:, :, None].expand(-1, -1, rows.shape[2]))


def resize_nearest(x: Tensor, height: int, width: int) -> Tensor:
    """Nearest neighbour: row i reads row floor(i * h / height)."""
    rows = torch.arange(height, device=x.device) * x.shape[2] // height
    columns = torch.arange(width, device=x.device) * x.shape[3] // width
    return x[:, :, rows][:, :, :, columns]


def mirror_pad(x: Tensor, axis: int, before: int, after: int) -> Tensor:
    """Reflection along one axis, the border itself not repeated."""
    size = x.shape[axis]
    first = x.narrow(axis, 1, before).flip(axis)
    last = x.narrow(axis, size - 1 - after, after).flip(axis)
    return torch.cat([first, x, last], axis)


def average_pool(x: Tensor, window, stride, padding: tuple[int, ...]) -> Tensor:
    """The mean of each window; padding (left, right, top, bottom) does not count."""
    total = F.avg_pool2d(F.pad(x, padding), window, stride)
    there = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), padding), window, stride)
    return total / there
`;
