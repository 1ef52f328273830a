"""What a generated network promises beside its numbers; prints what does not hold.

usage: module.py FOLDER MODULE; FOLDER holds the module and weights.safetensors.
"""

import importlib
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
torch.manual_seed(1)
network = importlib.import_module(sys.argv[2]).MODEL()
path = folder / "weights.safetensors"
given = load_file(path)


def refused(name: str, tensors: dict, part: str) -> None:
    file = folder / f"{name}.safetensors"
    save_file(tensors, file)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    try:
        network.load_maskskip(file)
        print(f"{name} was read")
    except ValueError as error:
        if part not in str(error) or name not in str(error):
            print(f"{name}: {error}")
    if any(not torch.equal(value, before[key]) for key, value in network.state_dict().items()):
        print(f"{name} has changed the network")


network.load_maskskip(path)
first = next(iter(given))
refused("missing", {key: value for key, value in given.items() if key != first}, first)
refused("surplus", {**given, "odd/one": torch.zeros(1)}, "odd/one")
refused("half", {**given, first: given[first].half()}, "float16")
refused("turned", {**given, first: given[first][None]}, first)
refused("endless", {**given, first: given[first] * float("inf")}, "not finite")
(folder / "cut.safetensors").write_bytes(path.read_bytes()[:100])
try:
    network.load_maskskip(folder / "cut.safetensors")
    print("a cut file was read")
except ValueError:
    pass

network.reset_parameters()
network.load_maskskip(folder / "checkpoint.safetensors")
network.save_maskskip(folder / "again.safetensors")
again = load_file(folder / "again.safetensors")
if again.keys() != given.keys() or any(not torch.equal(given[key], again[key]) for key in given):
    print("what is written is not what was read")

if set(network.state_dict()) != {one.key() for one in network.PARAMETERS}:
    print("state_dict has other names")
masks = {id(one) for one in network.mask_parameters()}
named = {id(value) for key, value in network.named_parameters() if key.endswith(".mask")}
if not masks or masks != named:
    print("masks are not the parameters that are called so")

with torch.no_grad():
    for mask in network.mask_parameters():
        mask.copy_(torch.linspace(-1, 2, mask.numel()).reshape(mask.shape))
network.project()
if any(float(mask.min()) != 0 or float(mask.max()) != 1 for mask in network.mask_parameters()):
    print("masks are not put back between 0 and 1")

inputs = {name: torch.rand(2, *one.shape) for name, one in network.INPUTS.items()}
outputs = network.eval().run(inputs)
if {name: tuple(value.shape[1:]) for name, value in outputs.items()} != dict(network.OUTPUTS):
    print("outputs have other shapes")
if any(not torch.equal(value, network.run(inputs)[name]) for name, value in outputs.items()):
    print("inference is not the same twice")
drawn = network.train().run(inputs)
if all(torch.equal(value, network.run(inputs)[name]) for name, value in drawn.items()):
    print("training draws nothing")

network.reset_parameters(torch.Generator().manual_seed(3))
start = {key: value.clone() for key, value in network.state_dict().items()}
network.reset_parameters(torch.Generator().manual_seed(3))
if any(not torch.equal(value, start[key]) for key, value in network.state_dict().items()):
    print("one seed starts in two ways")
kernel = start["wide.conv1.kernel"]
limit = (6 / (9 * 8 + 9 * 64)) ** 0.5
if not 0.98 * limit < float(kernel.abs().max()) <= limit or abs(float(kernel.var()) - limit**2 / 3) > 1e-3:
    print("a kernel does not start as it should")
