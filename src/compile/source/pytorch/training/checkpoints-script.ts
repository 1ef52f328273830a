/** `checkpoints.py`: what a training saves, whole or not at all. The same for every model. */

export const checkpointsScript = String.raw`"""What a training keeps: its own memory, its record, and weights for maskskip.

A file is written beside its place, flushed to the disk and renamed: a training that is
killed at any moment leaves the last whole checkpoint.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, Callable

import safetensors.numpy
import torch
from network import Network

KEPT = 3


def checkpoint_name(step: int) -> str:
    return f"step-{step:08d}.pt"


def weights_name(step: int) -> str:
    """As maskskip calls its checkpoints: "--weights FOLDER" finds the newest."""
    return f"step-{step:08d}.safetensors"


def save_checkpoint(folder: Path, step: int, memory: dict[str, Any]) -> Path:
    """Saves all that a training needs to go on, and removes all but the newest few."""
    path = folder / checkpoint_name(step)
    write_atomically(path, lambda file: torch.save(memory, file))
    for old in steps_in(folder)[KEPT:]:
        (folder / checkpoint_name(old)).unlink(missing_ok=True)
    for part in folder.glob(".step-*.part"):
        part.unlink(missing_ok=True)  # of a save that was killed
    return path


def load_checkpoint(folder: Path) -> dict[str, Any] | None:
    """The newest checkpoint that can be read; None where there is none."""
    for step in steps_in(folder):
        path = folder / checkpoint_name(step)
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except Exception as problem:
            print(f"{path} is passed over: {problem}", file=sys.stderr)
    return None


def steps_in(folder: Path) -> list[int]:
    """The steps of a folder's checkpoints, newest first."""
    if not folder.is_dir():
        return []
    found = (re.fullmatch(r"step-(\d{8,})\.pt", path.name) for path in folder.iterdir())
    return sorted((int(match[1]) for match in found if match), reverse=True)


def save_weights(network: Network, folder: Path, step: int, seed: int) -> Path:
    """Saves the weights as a checkpoint of maskskip, for "evaluate" and "synthesize".

    That is a safetensors file: "parameter/" and "state/" before each path, and in its
    metadata the SHA-256 of the file with zeros in the place of the digits.
    """
    beside = folder / f".{weights_name(step)}.{os.getpid()}.part"
    network.save_maskskip(beside)
    arrays = safetensors.numpy.load_file(beside)
    beside.unlink()
    kinds = {one.path: kind_of(one.role) for one in network.PARAMETERS}
    metadata = {
        "format": "maskskip-checkpoint",
        "version": "1",
        "model": network.NAME,
        "step": str(step),
        "seed": str(seed),
        "optimisers": "{}",
        "sha256": "0" * 64,
    }
    named = {f"{kinds[path]}/{path}": array for path, array in arrays.items()}
    data = bytearray(in_order(safetensors.numpy.save(named, metadata)))
    mark = b'"sha256":"'
    at = data.index(mark) + len(mark)
    data[at : at + 64] = hashlib.sha256(data).hexdigest().encode()
    path = folder / weights_name(step)
    write_atomically(path, lambda file: file.write(data))
    return path


def in_order(data: bytes) -> bytes:
    """The same file with its header sorted: equal weights give equal bytes."""
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[end:]


def load_weights(network: Network, path: Path) -> None:
    """Loads a weights file or a checkpoint of maskskip (of a folder the newest)."""
    if path.is_dir():
        found = sorted(path.glob("step-*.safetensors"))
        if not found:
            raise ValueError(f"{path}: no step-*.safetensors")
        path = found[-1]
    arrays = safetensors.numpy.load_file(path)
    paths = {one.path for one in network.PARAMETERS}
    if not set(arrays) & paths:
        named = {
            f"{kind_of(one.role)}/{one.path}": one.path for one in network.PARAMETERS
        }
        own = {
            named.get(key, key): array
            for key, array in arrays.items()
            if not key.startswith("optimiser/")
        }
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "weights.safetensors"
            safetensors.numpy.save_file(own, plain)
            network.load_maskskip(plain)
    else:
        network.load_maskskip(path)


def kind_of(role: str) -> str:
    return "state" if role == "state" else "parameter"


class Record:
    """metrics.jsonl: one JSON object a line, readable while it grows.

    A training that resumes after a step drops the later lines, and a torn last one: it
    will write them again.
    """

    def __init__(self, path: Path, resumed: int) -> None:
        lines = whole_lines(path)
        kept = [line for line in lines if json.loads(line)["step"] <= resumed]
        write_atomically(path, lambda file: file.write(b"".join(kept)))
        self.file = open(path, "ab")

    def append(self, **line: Any) -> None:
        self.file.write(json.dumps(line).encode() + b"\n")
        self.file.flush()


def whole_lines(path: Path) -> list[bytes]:
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines(keepends=True)
    return [line for line in lines if line.endswith(b"}\n")]


def write_atomically(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(beside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
`;
