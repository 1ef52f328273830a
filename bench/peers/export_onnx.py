"""Writes the PyTorch module, as it is, as an ONNX file: what onnxruntime then makes of it is its own."""

import json
import sys
import warnings

import torch
from safetensors.numpy import load_file

from vdg import Vdg, Weights, nchw

warnings.filterwarnings("ignore")
options = json.loads(sys.argv[1])
network = Vdg(Weights(options["weights"]), options["psi"]).eval()
arrays = load_file(options["inputs"])
names = ["x_a", "p_a", "p_b"]
with torch.inference_mode():
    torch.onnx.export(
        network,
        tuple(nchw(arrays[name]) for name in names),
        options["out"],
        input_names=names,
        output_names=["output"],
        opset_version=17,
        dynamo=False,
    )
