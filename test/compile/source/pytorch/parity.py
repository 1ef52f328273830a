"""Runs generated networks: outputs in eval mode, and the weights after one step of SGD.

usage: parity.py FOLDER; FOLDER holds the modules, jobs.json and each job's tensors.
"""

import importlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
torch.set_num_threads(2)


def run(job: dict) -> None:
    name = job["module"]
    network = importlib.import_module(name).MODEL()
    network.load_maskskip(folder / f"{name}.weights.safetensors")
    inputs = load_file(folder / f"{name}.inputs.safetensors")
    noise = load_file(folder / f"{name}.noise.safetensors")
    network.eval()
    with torch.no_grad():
        outputs = network.run(inputs, noise=noise)
    save_file(
        {key: value.contiguous() for key, value in outputs.items()},
        folder / f"{name}.outputs.safetensors",
    )
    network.train()
    trained = [*network.weight_parameters(), *network.mask_parameters()]
    if len({id(one) for one in trained}) != len(list(network.parameters())):
        raise AssertionError(f"{name}: weights and masks are not all parameters")
    optimiser = torch.optim.SGD(trained, lr=job["rate"])
    values = network.run(inputs, noise=noise).values()
    loss = sum(value.square().mean() for value in values)
    loss.backward()
    optimiser.step()
    network.project()
    network.save_maskskip(folder / f"{name}.after.safetensors")


for job in json.loads((folder / "jobs.json").read_text()):
    try:
        run(job)
    except Exception as error:  # told for each job, so that one does not hide the others
        print(f"{job['module']}: {type(error).__name__}: {error}", file=sys.stderr)
