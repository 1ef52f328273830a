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
import re
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Iterable, Iterator

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.utils.data import Dataset, Sampler

FORMAT, VERSION = "maskskip-shards", 1
# What a byte stands for, by the encoding that index.json names.
VALUES = {
    "byte": torch.arange(256, dtype=torch.float32),
    "brightness": torch.from_numpy((np.arange(256) / 127.5 - 1).astype(np.float32)),
}


class Shards(Dataset):
    """The pairs of a folder: a dict of tensors c x h x w by name for each."""

    def __init__(self, folder: str | Path, names: Iterable[str] | None = None) -> None:
        self.folder = Path(folder)
        path = self.folder / "index.json"
        text = path.read_bytes()
        self.stored, self.shards = parsed(text, path)
        self.names = list(self.stored if names is None else names)
        missing = [name for name in self.names if name not in self.stored]
        if missing:
            raise ValueError(
                f"{self.folder}: no tensor {', '.join(map(repr, missing))}; "
                f"there are {', '.join(map(repr, self.stored))}"
            )
        #: Each tensor's shape, c x h x w.
        self.shapes = {name: channels_first(self.stored[name]) for name in self.names}
        #: Tells one export from another.
        self.digest = hashlib.sha256(text).hexdigest()
        self.ends = list(accumulate(shard["pairs"] for shard in self.shards))
        # Places of the shards whose files this process has held against the index.
        self.held: set[int] = set()

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __getitem__(self, place: int) -> dict[str, Tensor]:
        at = bisect.bisect_right(self.ends, place)
        shard = self.shards[at]
        row = place - (self.ends[at] - shard["pairs"])
        file = self.file_of(at)
        return {
            name: decoded(file.get_slice(name)[row : row + 1], shard["encodings"][name])
            for name in self.names
        }

    def file_of(self, at: int) -> safe_open:
        """A shard's file, held against the index where it is read first."""
        shard = self.shards[at]
        path = self.folder / shard["file"]
        file = opened(str(path))
        if at in self.held:
            return file
        there = set(file.keys())
        for name in self.names:
            if name not in there:
                raise ValueError(f"{path}: no tensor {name!r}")
            tensor = file.get_slice(name)
            got = (tensor.get_dtype(), *tensor.get_shape())
            dtype = "F32" if shard["encodings"][name] == "float32" else "U8"
            wanted = (dtype, shard["pairs"], *self.stored[name])
            if got != wanted:
                raise ValueError(f"{path}: {name!r} is {got}, in index.json {wanted}")
        self.held.add(at)
        return file

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
    try:
        return safe_open(path, framework="pt")
    except SafetensorError as problem:
        raise ValueError(f"{path}: {problem}") from None


Shapes = dict[str, tuple[int, ...]]


def parsed(text: bytes, path: Path) -> tuple[Shapes, list[dict]]:
    """The shapes, h x w x c, and the shards of an index.json that keeps its rules."""

    def hold(is_so: object, problem: str) -> None:
        if not is_so:
            raise ValueError(f"{path}: {problem}")

    try:
        index = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"{path}: no JSON: {problem}") from None
    index = index if isinstance(index, dict) else {}
    of = (index.get("format"), index.get("version"))
    hold(of == (FORMAT, VERSION), f"not of {FORMAT} {VERSION}")
    tensors, shards = index.get("tensors"), index.get("shards")
    hold(isinstance(tensors, dict), "no tensors")
    hold(isinstance(shards, list), "no shards")
    for name, tensor in tensors.items():
        shape = tensor.get("shape") if isinstance(tensor, dict) else None
        is_shape = isinstance(shape, list) and shape and all(map(is_count, shape))
        hold(is_shape, f"{name!r} has no shape")
    for shard in shards:
        file = shard.get("file") if isinstance(shard, dict) else None
        hold(is_beside(file), f"{file!r} is no file beside it")
        hold(is_count(shard.get("pairs")), f"{file!r} has no count of pairs")
        digest = shard.get("sha256")
        is_digest = isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest)
        hold(is_digest, f"{file!r} has no sha256")
        encodings = shard.get("encodings")
        encodings = encodings if isinstance(encodings, dict) else {}
        for name in tensors:
            encoding = encodings.get(name)
            is_known = encoding in ["float32", *VALUES]
            hold(is_known, f"{file!r} has {name!r} in no encoding: {encoding!r}")
    pairs, total = index.get("pairs"), sum(shard["pairs"] for shard in shards)
    hold(pairs == total, f"{pairs!r} pairs, {total} in its shards")
    return {name: tuple(one["shape"]) for name, one in tensors.items()}, shards


def is_count(value: object) -> bool:
    return type(value) is int and value > 0


def is_beside(file: object) -> bool:
    """Whether it names a file of the same folder, on any system."""
    if not isinstance(file, str) or file in ("", ".", ".."):
        return False
    return not any(one in file for one in "/\\:\0")


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
