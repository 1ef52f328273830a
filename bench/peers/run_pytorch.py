"""PyTorch: eager in both memory formats, or torch.compile; a forward pass or a training step."""

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file

from serve import serve
from vdg import Vdg, Weights, nchw


def set_up(options):
    torch.set_num_threads(options["threads"])
    torch.manual_seed(0)
    network = Vdg(Weights(options["weights"]), options["psi"])
    arrays = load_file(options["inputs"])
    form = torch.channels_last if options["form"] == "channels_last" else torch.contiguous_format
    network = network.to(memory_format=form)
    network.train(options["task"] == "train")
    run = torch.compile(network) if options["compiled"] else network

    def given(*names):
        return [nchw(arrays[name]).to(memory_format=form) for name in names]

    def predict():
        with torch.inference_mode():
            return run(*given("x_a", "p_a", "p_b")).permute(0, 2, 3, 1).contiguous().numpy()

    if options["task"] == "train":
        adam = options["adam"]
        optimiser = torch.optim.Adam(
            network.parameters(), adam["rate"], (adam["beta1"], adam["beta2"]), adam["epsilon"]
        )
        taken = 0

        def step():
            nonlocal taken
            taken += 1
            # Our epsilon, as TensorFlow's, stands beside the root of the uncorrected second moment.
            optimiser.param_groups[0]["eps"] = adam["epsilon"] / (1 - adam["beta2"] ** taken) ** 0.5
            optimiser.zero_grad(set_to_none=True)
            *inputs, wanted = given("x_a", "p_a", "p_b", "x_b")
            loss = F.l1_loss(run(*inputs), wanted)
            loss.backward()
            optimiser.step()
            return loss.item()

        return {"torch": torch.__version__}, step, lambda: np.array([step() for _ in range(options["steps"])])
    predict()  # torch.compile compiles here, and says so if it cannot
    return {"torch": torch.__version__}, predict, predict


serve(set_up)
