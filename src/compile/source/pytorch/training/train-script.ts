/** `train.py`: trains a network of its folder, on one process or many. The same for every model. */

export const trainScript = String.raw`r"""Trains a network of this folder on tensors that "maskskip data export" wrote.

One process, eight GPUs, four machines with eight GPUs each:

    python train.py unet --data shards/train --out runs/unet
    torchrun --nproc_per_node 8 train.py unet --data shards/train --out runs/unet
    torchrun --nnodes 4 --nproc_per_node 8 --rdzv_backend c10d \
        --rdzv_endpoint HOST:29500 train.py unet --data shards/train --out runs/unet

The batch is that of all processes together. The pairs of a step follow from the seed
and the step alone, and so do a process' random numbers: a training that was killed and
resumed ends as if it had not been. Only process 0 writes: checkpoints (step-*.pt), the
record (metrics.jsonl) and at the end weights that maskskip loads (step-*.safetensors).
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

import losses
import torch
from checkpoints import (
    Record,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
    steps_in,
)
from players import PRECISIONS, Player, World
from shards import Batches, Shards
from torch import Tensor
from torch.utils.data import DataLoader, DistributedSampler

# What compares a picture that was made with the true one; the last two read the mask.
RECONSTRUCTIONS: dict[str, Callable[..., Tensor]] = {
    "l1": lambda made, true, mask: losses.l1(made, true),
    "mask-l1": losses.mask_l1,
    "enhanced-weighting-a": losses.enhanced_weighting_a,
    "enhanced-weighting-b": losses.enhanced_weighting_b,
}

# What compares a discriminator's output with a label, 1 for what shall count as true.
ADVERSARIAL: dict[str, Callable[[Tensor, int], Tensor]] = {
    "bce": losses.bce_with_logits,
    "log": losses.log_loss,
    "least-squares": losses.least_squares,
}


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Trains a network of this folder on exported tensors.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("network", help="a module of this folder, without .py")
    add("--data", type=Path, required=True, help="exported pairs to train on")
    add("--validation", type=Path, help="exported pairs to judge by")
    add("--out", type=Path, required=True, help="where everything is written")
    add("--resume", action="store_true", help="go on from the newest checkpoint")
    add("--start", type=Path, help="weights of maskskip to begin with")
    add("--steps", type=whole(1), default=1000, help="the step at which it ends")
    add("--batch", type=whole(1), default=8, help="pairs in a step, all processes")
    add("--rate", type=float, default=2e-4, help="Adam's learning rate")
    add("--beta1", type=float, default=0.9, help="Adam's first decay")
    add("--loss", choices=list(RECONSTRUCTIONS), default="l1", help="made against true")
    add("--output", help="the output that is compared; the first if left out")
    add("--target", default="x_b", help="the tensor that the output shall be like")
    add("--mask", default="mask_b", help="the tensor of the person's mask")
    add("--discriminator", help="a second module, that tells made from true")
    add("--adversarial", choices=list(ADVERSARIAL), default="bce", help="its loss")
    add("--weight", type=float, default=10.0, help="of --loss beside a discriminator")
    add("--seed", type=whole(0), default=0, help="start, order and noise")
    add("--precision", choices=list(PRECISIONS), default="float32", help="of autocast")
    add("--device", choices=["cpu", "cuda"], help="a GPU if there is one")
    add("--workers", type=whole(0), default=0, help="processes that read, for each")
    add("--deterministic", action="store_true", help="equal runs, at a cost in speed")
    add("--checkpoint-every", type=whole(1), default=500, help="in steps")
    add("--record-every", type=whole(1), default=10, help="in steps")
    add("--validate-every", type=whole(1), default=500, help="in steps")
    add("--verify", action="store_true", help="check every shard before it begins")
    return parser.parse_args()


def whole(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is below {least}")
        return value

    return number


class Training:
    """The networks, their optimisers and their data, at a step."""

    def __init__(self, options: argparse.Namespace, world: World) -> None:
        self.options, self.world, self.step = options, world, 0
        if options.batch % world.size != 0:
            raise ValueError(f"--batch {options.batch} for {world.size} processes")
        if options.precision == "float16" and world.device.type != "cuda":
            raise ValueError("--precision float16 needs a GPU; bfloat16 does not")
        if options.deterministic:
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
            torch.use_deterministic_algorithms(True)

        self.players = {"network": Player(options.network, options, world)}
        if options.discriminator is not None:
            critic = Player(options.discriminator, options, world)
            self.players["discriminator"] = critic
        if options.start is not None:
            load_weights(self.players["network"].network, options.start)
        outputs = self.players["network"].network.OUTPUTS
        self.output = options.output or next(iter(outputs))
        if self.output not in outputs:
            raise ValueError(f"--output {self.output}: there are {list(outputs)}")
        self.data = self.shards_of(options.data)
        self.validation = options.validation and self.shards_of(options.validation)
        self.restore()
        for player in self.players.values():
            player.begin()

    def shards_of(self, folder: Path) -> Shards:
        """Pairs with all that networks and losses read, in the right shapes."""
        options = self.options
        picture = tuple(self.players["network"].network.OUTPUTS[self.output])
        wanted = [(options.target, picture)]
        if options.loss != "l1":
            wanted.append((options.mask, (1, *picture[1:])))
        for player in self.players.values():
            inputs = player.network.INPUTS.items()
            wanted += [(name, tuple(one.shape)) for name, one in inputs]
        shards = Shards(folder, dict(wanted))
        for name, shape in wanted:
            if shards.shapes[name] != shape:
                got = shards.shapes[name]
                raise ValueError(f"{folder}: {name!r} is {got}, not {shape}")
        if options.verify and self.world.rank == 0:
            shards.verify()
        return shards

    def run(self) -> int | None:
        """Trains to the last step; gives the signal that stopped it before, if any."""
        options, world = self.options, self.world
        stop = Stop()
        record = None
        if world.rank == 0:
            record = Record(options.out / "metrics.jsonl", self.step)
        began, before = time.monotonic(), self.step
        for batch in self.batches():
            own = self.update(batch)
            self.step += 1
            *sums, asked = world.sum(*own.values(), float(stop.signal is not None))
            line = {"step": self.step}
            line |= {name: value / world.size for name, value in zip(own, sums)}
            if not all(map(math.isfinite, line.values())):
                raise ValueError(f"not finite: {line}")
            is_last = self.step == options.steps
            if self.validation and (self.step % options.validate_every == 0 or is_last):
                line["validation"] = self.validate()
            is_told = self.step % options.record_every == 0 or is_last
            if record and (is_told or "validation" in line):
                record.append(**line)
                speed = (self.step - before) / (time.monotonic() - began)
                told = ", ".join(f"{key} {value:.6g}" for key, value in line.items())
                told += f", {speed * options.batch:.1f} pairs/s"
                print(told, file=sys.stderr, flush=True)
            is_kept = self.step % options.checkpoint_every == 0 or is_last
            if record and (is_kept or asked > 0):
                save_checkpoint(options.out, self.step, self.memory())
            if asked > 0 and not is_last:
                return stop.signal or signal.SIGTERM
        if record:
            self.export()
        return None

    def batches(self) -> Iterator[dict[str, Tensor]]:
        """The batches from this step on, this process' part of each."""
        options, world = self.options, self.world
        order = DistributedSampler(
            self.data, world.size, world.rank, seed=options.seed, drop_last=True
        )
        places = Batches(order, options.batch // world.size, self.step, options.steps)
        return self.loaded(self.data, places)

    def loaded(
        self, shards: Shards, places: Iterable[list[int]]
    ) -> Iterator[dict[str, Tensor]]:
        loader = DataLoader(
            shards,
            batch_sampler=places,
            num_workers=self.options.workers,
            pin_memory=self.world.device.type == "cuda",
            worker_init_fn=deaf,
        )
        for batch in loader:
            yield {
                name: value.to(self.world.device, non_blocking=True)
                for name, value in batch.items()
            }

    def update(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """One step of each player; the losses of this process' pairs."""
        self.world.seed(self.options.seed, self.step)
        for player in self.players.values():
            player.network.train()
        network = self.players["network"]
        critic = self.players.get("discriminator")
        made = network.run(batch)[self.output]
        loss = self.reconstruction(made, batch)
        if critic is None:
            network.update(loss)
            return {"loss": loss.detach()}
        adversarial = ADVERSARIAL[self.options.adversarial]
        with critic.fixed():
            _, fake = self.judged(critic, made, batch, trained=False)
            fooled = adversarial(fake, 1)
            network.update(fooled + self.options.weight * loss)
        true, fake = self.judged(critic, made.detach(), batch, trained=True)
        told = (adversarial(true, 1) + adversarial(fake, 0)) / 2
        critic.update(told)
        return {
            "loss": loss.detach(),
            "adversarial": fooled.detach(),
            "discriminator": told.detach(),
        }

    def reconstruction(self, made: Tensor, batch: dict[str, Tensor]) -> Tensor:
        term = RECONSTRUCTIONS[self.options.loss]
        return term(made, batch[self.options.target], batch.get(self.options.mask))

    def judged(
        self, critic: Player, made: Tensor, batch: dict[str, Tensor], trained: bool
    ) -> tuple[Tensor, Tensor]:
        """What the discriminator says of the true pictures and of those that were made.

        It sees them in one batch, so that its norms do; what else it reads comes twice.
        """
        twice = {name: torch.cat([value, value]) for name, value in batch.items()}
        twice[self.options.target] = torch.cat([batch[self.options.target], made])
        outputs = critic.run(twice, trained)
        true, fake = next(iter(outputs.values())).chunk(2)
        return true, fake

    @torch.no_grad()
    def validate(self) -> float:
        """The loss of the validation pairs, each of them once, as in use (eval)."""
        world, network = self.world, self.players["network"]
        network.agree()
        network.network.eval()
        own = list(range(world.rank, len(self.validation), world.size))
        size = max(1, self.options.batch // world.size)
        places = [own[at : at + size] for at in range(0, len(own), size)]
        world.seed(self.options.seed, -1)
        total, count = 0.0, 0
        for at, batch in zip(places, self.loaded(self.validation, places)):
            made = network.run(batch, trained=False)[self.output]
            total += self.reconstruction(made, batch).item() * len(at)
            count += len(at)
        total, count = world.sum(total, float(count))
        return total / max(1, count)

    def export(self) -> None:
        """The trained weights, as checkpoints of maskskip."""
        options = self.options
        for name, player in self.players.items():
            folder = options.out if name == "network" else options.out / name
            folder.mkdir(exist_ok=True)
            path = save_weights(player.network, folder, self.step, options.seed)
            print(f"{path}: weights for maskskip", file=sys.stderr)

    def memory(self) -> dict[str, Any]:
        players = {name: player.memory() for name, player in self.players.items()}
        return {"agreed": self.agreed(), "step": self.step, "players": players}

    def agreed(self) -> dict[str, str]:
        """What a training that resumes must have in common with the one before."""
        options = self.options
        names = {name: player.network.NAME for name, player in self.players.items()}
        return {
            "network": names["network"],
            "--discriminator": names.get("discriminator", ""),
            "--data": self.data.digest,
            "--batch": str(options.batch),
            "--seed": str(options.seed),
            "--loss": options.loss,
        }

    def restore(self) -> None:
        """Goes on from the newest checkpoint, if that is wanted and there is one."""
        options = self.options
        options.out.mkdir(parents=True, exist_ok=True)
        if not options.resume:
            if steps_in(options.out):
                raise ValueError(f"{options.out} has checkpoints: --resume goes on")
            return
        memory = load_checkpoint(options.out)
        if memory is None:
            return
        for key, value in self.agreed().items():
            if memory["agreed"].get(key) != value:
                raise ValueError(f"{options.out} was trained with another {key}")
        for name, player in self.players.items():
            player.restore(memory["players"][name])
        self.step = memory["step"]


class Stop:
    """Remembers a signal that asks to end, so that the step can be finished first."""

    def __init__(self) -> None:
        self.signal: int | None = None
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, self.remember)

    def remember(self, number: int, _frame: object) -> None:
        self.signal = number


def deaf(_worker: int) -> None:
    """A process that only reads ends with the one that it reads for."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main() -> None:
    options = parsed()
    world = World(options.device)
    try:
        stopped_by = Training(options, world).run()
    except (ValueError, OSError) as problem:
        sys.exit(f"train.py: {problem}")
    finally:
        world.close()
    if stopped_by is not None:
        print("stopped; --resume goes on", file=sys.stderr)
        sys.exit(128 + stopped_by)


if __name__ == "__main__":
    main()
`;
