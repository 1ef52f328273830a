"""What every PyTorch twin here shares: tensors from and to safetensors files, and names.

A twin is a script that ends in `answer(build)`. It is called with the files of the parameters, the inputs and the
outputs, and then its own options; `build(*options)` gives a module and a table from our layers' paths to the module's
own names. The module takes the inputs by name and gives a dictionary of outputs, all of them channels first
(n, c, h, w); on our side they are channels last.
"""

import json
import struct
import sys

import torch


def read(path):
    """Float32 tensors by name."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length].decode("utf-8"))
    whole = torch.frombuffer(data, dtype=torch.uint8)[8 + length :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", name
        start, end = entry["data_offsets"]
        tensors[name] = whole[start:end].clone().view(torch.float32).view(entry["shape"])
    return tensors


def write(path, tensors):
    """Float32 tensors by name, without padding."""
    header, parts, offset = {}, [], 0
    for name, tensor in sorted(tensors.items()):
        part = bytes(tensor.contiguous().flatten().view(torch.uint8).tolist())
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(part)],
        }
        parts.append(part)
        offset += len(part)
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


# The last segment of one of our paths, and what PyTorch calls it.
OWN_NAMES = {"kernel": "weight", "gain": "gain", "bias": "bias", "scale": "weight", "offset": "bias"}


def placed(parameters, names):
    """Our parameters under the module's names, kernels with their axes in PyTorch's order."""
    state = {}
    for path, tensor in parameters.items():
        layer, own = path.rsplit("/", 1)
        if own == "kernel":
            tensor = tensor.permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor.t()
        state[f"{names[layer]}.{OWN_NAMES[own]}"] = tensor.contiguous()
    return state


def answer(build):
    """Reads, computes, writes. Every parameter must find its place, and every place its parameter."""
    parameters, inputs, outputs, *options = sys.argv[1:]
    module, names = build(*options)
    module.load_state_dict(placed(read(parameters), names), strict=True)
    channels_first = {name: one.permute(0, 3, 1, 2) for name, one in read(inputs).items()}
    with torch.no_grad():
        found = module(**channels_first)
    write(outputs, {name: one.permute(0, 2, 3, 1) for name, one in found.items()})
