/** `players.py`: the processes that train together, and what they train. The same for every model. */

export const playersScript = String.raw`"""The processes that train together, and the networks that they train."""

from __future__ import annotations

import hashlib
import importlib
import math
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping

import torch
import torch.distributed as dist
from network import Network
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

PRECISIONS = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
EPSILON, BETA2 = 1e-8, 0.999


class World:
    """This process among all: torchrun says how many there are."""

    def __init__(self, device: str | None) -> None:
        self.rank = int(os.environ.get("RANK", 0))
        self.size = int(os.environ.get("WORLD_SIZE", 1))
        kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.device = torch.device(kind)
        if kind == "cuda":
            self.device = torch.device(kind, int(os.environ.get("LOCAL_RANK", 0)))
            torch.cuda.set_device(self.device)
        if "WORLD_SIZE" in os.environ:
            dist.init_process_group(
                "nccl" if kind == "cuda" else "gloo",
                device_id=self.device if kind == "cuda" else None,
            )

    def sum(self, *values: Tensor | float) -> list[float]:
        """Each value, summed over all processes."""
        row = torch.stack(
            [torch.as_tensor(one, device=self.device).float() for one in values]
        )
        if dist.is_initialized():
            dist.all_reduce(row)
        return row.tolist()

    def seed(self, seed: int, step: int) -> None:
        """Random numbers follow from the step: there is no state of them to save."""
        digest = hashlib.sha256(f"{seed}/{step}/{self.rank}".encode()).digest()
        torch.manual_seed(int.from_bytes(digest[:8], "big") >> 1)

    def close(self) -> None:
        if dist.is_initialized():
            dist.destroy_process_group()


class Player:
    """A network with its optimiser, the same in all processes."""

    def __init__(self, module: str, options: Any, world: World) -> None:
        self.world, self.options = world, options
        self.network = loaded_network(module)
        self.network.reset_parameters(torch.Generator().manual_seed(options.seed))
        self.network.to(world.device)
        trained = [one for one in self.network.parameters() if one.requires_grad]
        self.optimiser = torch.optim.Adam(trained)
        # Small gradients vanish in float16: the loss is scaled up, and they down again.
        is_half = options.precision == "float16"
        self.scaler = torch.amp.GradScaler(world.device.type, enabled=is_half)
        self.shared = self.network

    def begin(self) -> None:
        """This training's rate, whatever a checkpoint says; gradients are shared."""
        for group in self.optimiser.param_groups:
            group.update(lr=self.options.rate, betas=(self.options.beta1, BETA2))
        if dist.is_initialized():
            # A parameter that no gradient reaches is the same in every step.
            self.shared = DistributedDataParallel(self.network, static_graph=True)

    def run(
        self, images: Mapping[str, Tensor], trained: bool = True
    ) -> dict[str, Tensor]:
        """The outputs, float32, of images by the names of the network's inputs."""
        inputs = self.network.INPUTS.items()
        arguments = {one.argument: images[name] for name, one in inputs}
        precision = PRECISIONS[self.options.precision]
        is_mixed = precision != torch.float32
        network = self.shared if trained else self.network
        with torch.autocast(self.world.device.type, precision, enabled=is_mixed):
            made = network(**arguments)
        return {name: value.float() for name, value in made.items()}

    def update(self, loss: Tensor) -> None:
        """One step of the optimiser; then what has bounds is put back into them."""
        self.optimiser.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        # maskskip's epsilon, as TensorFlow's, stands beside the root of the second
        # moment before its correction; PyTorch's beside the corrected one.
        taken = next((int(one["step"]) for one in self.optimiser.state.values()), 0)
        for group in self.optimiser.param_groups:
            group["eps"] = EPSILON / math.sqrt(1 - BETA2 ** (taken + 1))
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.network.project()

    @contextmanager
    def fixed(self) -> Iterator[None]:
        """Gradients go through the network, and none to its parameters."""
        trained = [one for one in self.network.parameters() if one.requires_grad]
        for one in trained:
            one.requires_grad_(False)
        yield
        for one in trained:
            one.requires_grad_(True)

    def agree(self) -> None:
        """Running moments as process 0 has them."""
        if dist.is_initialized():
            for buffer in self.network.buffers():
                dist.broadcast(buffer, 0)

    def memory(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
        }

    def restore(self, memory: dict[str, Any]) -> None:
        self.network.load_state_dict(memory["network"])
        self.optimiser.load_state_dict(memory["optimiser"])
        self.scaler.load_state_dict(memory["scaler"])


def loaded_network(module: str) -> Network:
    if not re.fullmatch(r"[A-Za-z_]\w*", module):
        raise ValueError(f"{module!r} is not the name of a module")
    if not Path(__file__).with_name(f"{module}.py").is_file():
        raise ValueError(f"there is no {module}.py")
    return importlib.import_module(module).MODEL()
`;
