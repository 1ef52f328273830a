"""Runs the generated psi.py and losses.py: values and gradients.

usage: parts.py FOLDER; FOLDER holds the modules, given.safetensors and jobs.json.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))

import losses  # noqa: E402
import psi  # noqa: E402

given = load_file(folder / "given.safetensors")
found = {}

terms = {
    "l1": losses.l1,
    "maskL1": losses.mask_l1,
    "meanSquares": losses.mean_squares,
    "bceWithLogits": lambda a: losses.bce_with_logits(a * 9, 1),
    "logLoss": lambda a: losses.log_loss(a * a, 0),
    "leastSquares": lambda a: losses.least_squares(a, 1),
    "wassersteinCritic": lambda a, b: losses.wasserstein_critic(a, a * b),
    "wassersteinGenerator": losses.wasserstein_generator,
    "klBetweenMeans": losses.kl_between_means,
    "featureL1": lambda a, b: losses.feature_l1({"a": a, "z": a}, {"a": b}, {"a": 0.5}),
    "gramL1": lambda a, b: losses.gram_l1({"a": a}, {"a": b}),
    "nearestNeighbour": lambda a, b: losses.nearest_neighbour(a, b, 5),
    "ssim": losses.ssim,
    "enhancedWeightingA": losses.enhanced_weighting_a,
    "enhancedWeightingB": losses.enhanced_weighting_b,
    "vggInput": lambda a, b: losses.l1(
        losses.vgg_input(a), losses.vgg_input_of_defgan(b)
    ),
}

for name, takes in json.loads((folder / "jobs.json").read_text())["terms"].items():
    read = {key: given[key].permute(0, 3, 1, 2).contiguous() for key in takes}
    a = read["a"].requires_grad_()
    value = terms[name](*read.values())
    value.backward()
    found[f"{name}/value"] = value.detach()
    # The gradient in what is added to every example.
    gradient = a.grad.sum(0, keepdim=True)
    found[f"{name}/gradient"] = gradient.permute(0, 2, 3, 1).contiguous()

for name, job in json.loads((folder / "jobs.json").read_text())["masks"].items():
    module = getattr(psi, job["type"])(*job["sizes"], **job["options"])
    with torch.no_grad():
        module.mask.copy_(given[f"{name}/mask"].permute(2, 0, 1))
    x = given[f"{name}/x"].permute(0, 3, 1, 2)
    kernel = given[f"{name}/kernel"].permute(3, 2, 0, 1).contiguous().requires_grad_()
    out = module(F.conv2d(x, kernel))
    if out.requires_grad:
        out.square().mean().backward()
    found[f"{name}/train"] = out.detach().permute(0, 2, 3, 1).contiguous()
    none = torch.zeros_like(module.mask)
    grad = none if module.mask.grad is None else module.mask.grad
    found[f"{name}/mask"] = grad.permute(1, 2, 0).contiguous()
    found[f"{name}/kernel"] = kernel.grad.permute(2, 3, 1, 0).contiguous()
    out = module.eval()(F.conv2d(x, kernel))
    found[f"{name}/infer"] = out.detach().permute(0, 2, 3, 1).contiguous()

save_file(found, folder / "found.safetensors")
