/** `shards.py`: reads what `maskskip data export` wrote. The same for every model. */

export const shardsScript = String.raw`"""Pairs that "maskskip data export" wrote: safetensors shards and their index.json.

A shard is mapped into memory, not read: a pair costs what it is large, however large
the set. In a shard a tensor is n x h x w x c, of float32 or bytes; here it comes out as
float32, c x h x w, bit by bit what maskskip trains on.
"""

from __future__ import annotations

import bisect
import hashlib
import json
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Iterable, Iterator

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor
from torch.utils.data import Dataset, Sampler

# What a byte stands for, by the encoding that index.json names.
VALUES = {
    "byte": torch.arange(256, dtype=torch.float32),
    "brightness": torch.from_numpy((np.arange(256) / 127.5 - 1).astype(np.float32)),
}


class Shards(Dataset):
    """The pairs of a folder: a dict of tensors c x h x w by name for each."""

    def __init__(self, folder: str | Path, names: Iterable[str] | None = None) -> None:
        self.folder = Path(folder)
        text = (self.folder / "index.json").read_bytes()
        index = json.loads(text)
        if (index.get("format"), index.get("version")) != ("maskskip-shards", 1):
            raise ValueError(f"{self.folder}: index.json is not of maskskip-shards 1")
        known = {name: tuple(one["shape"]) for name, one in index["tensors"].items()}
        self.names = list(known if names is None else names)
        missing = [name for name in self.names if name not in known]
        if missing:
            raise ValueError(
                f"{self.folder}: no tensor {', '.join(map(repr, missing))}; "
                f"there are {', '.join(map(repr, known))}"
            )
        #: Each tensor's shape, c x h x w.
        self.shapes = {name: channels_first(known[name]) for name in self.names}
        #: Tells one export from another.
        self.digest = hashlib.sha256(text).hexdigest()
        self.shards = index["shards"]
        for shard in self.shards:
            if Path(shard["file"]).name != shard["file"]:
                raise ValueError(f"{self.folder}: {shard['file']!r} is outside of it")
        self.ends = list(accumulate(shard["pairs"] for shard in self.shards))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __getitem__(self, place: int) -> dict[str, Tensor]:
        at = bisect.bisect_right(self.ends, place)
        shard = self.shards[at]
        row = place - (self.ends[at] - shard["pairs"])
        file = opened(str(self.folder / shard["file"]))
        return {
            name: decoded(file.get_slice(name)[row : row + 1], shard["encodings"][name])
            for name in self.names
        }

    def verify(self) -> None:
        """Reads every shard once and holds it against its SHA-256."""
        for shard in self.shards:
            digest = hashlib.sha256()
            with open(self.folder / shard["file"], "rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
            if digest.hexdigest() != shard["sha256"]:
                path = self.folder / shard["file"]
                raise ValueError(f"{path}: not as it was exported")


@lru_cache(maxsize=64)
def opened(path: str) -> safe_open:
    """A shard's file; a few stay open in each process."""
    return safe_open(path, framework="pt")


def decoded(stored: Tensor, encoding: str) -> Tensor:
    """A pair's tensor as float32, channels first."""
    value = stored if encoding == "float32" else VALUES[encoding][stored.long()]
    return value[0].movedim(-1, 0).contiguous()


def channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[-1], *shape[:-1])


class Batches(Sampler[list[int]]):
    """Which pairs each step of this process takes, from step "first" + 1 to "last".

    "order" is a sampler with set_epoch, so that the pairs of a step depend on the seed
    and the step alone: a resumed training sees what it would have seen.
    """

    def __init__(self, order: Sampler[int], size: int, first: int, last: int) -> None:
        self.order, self.size, self.first, self.last = order, size, first, last
        self.each_epoch = len(order) // size
        if self.each_epoch == 0:
            raise ValueError(f"{len(order)} pairs are too few for a batch of {size}")

    def __len__(self) -> int:
        return max(0, self.last - self.first)

    def __iter__(self) -> Iterator[list[int]]:
        known, places = -1, []
        for step in range(self.first, self.last):
            epoch, at = divmod(step, self.each_epoch)
            if epoch != known:
                self.order.set_epoch(epoch)
                known, places = epoch, list(self.order)
            yield places[at * self.size : (at + 1) * self.size]
`;
