"""Checks every model of a folder with onnx, runs it with onnxruntime, and says as JSON what it found.

NAME.onnx is fed NAME.inputs.safetensors where that is; what it gives goes to NAME.outputs.safetensors.
"""

import json
import pathlib
import sys

import onnx
import onnxruntime
from safetensors.numpy import load_file, save_file

report = {}
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.onnx")):
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(str(path), load_external_data=False)
    graph = model.graph
    report[path.stem] = {
        "sameBytes": model.SerializeToString(deterministic=True) == path.read_bytes(),
        "opset": [(one.domain, one.version) for one in model.opset_import],
        "irVersion": model.ir_version,
        "nodes": [[node.name, node.op_type] for node in graph.node],
        "initialisers": [[one.name, list(one.dims)] for one in graph.initializer],
        "inputs": [one.name for one in graph.input],
        "outputs": [one.name for one in graph.output],
        "metadata": {one.key: one.value for one in model.metadata_props},
    }
    inputs = path.with_suffix(".inputs.safetensors")
    if not inputs.exists():
        continue
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    given = load_file(str(inputs))
    asked = {
        one.name
        for one in session.get_inputs() + session.get_overridable_initializers()
    }
    names = [one.name for one in session.get_outputs()]
    made = session.run(names, {name: given[name] for name in given if name in asked})
    save_file(
        dict(zip(names, made, strict=True)),
        str(path.with_suffix(".outputs.safetensors")),
    )
print(json.dumps(report))
