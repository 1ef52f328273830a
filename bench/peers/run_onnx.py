"""onnxruntime on the file that export_onnx.py wrote."""

import numpy as np
import onnxruntime
from safetensors.numpy import load_file

from serve import serve


def set_up(options):
    wishes = onnxruntime.SessionOptions()
    wishes.intra_op_num_threads = options["threads"]
    wishes.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(options["model"], wishes, providers=["CPUExecutionProvider"])
    arrays = load_file(options["inputs"])

    def predict():
        given = {
            name: np.ascontiguousarray(arrays[name].transpose(0, 3, 1, 2)) for name in ("x_a", "p_a", "p_b")
        }
        return np.ascontiguousarray(session.run(None, given)[0].transpose(0, 2, 3, 1))

    return {"onnxruntime": onnxruntime.__version__}, predict, predict


serve(set_up)
