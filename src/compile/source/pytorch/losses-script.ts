/** `losses.py`: the catalogue of loss terms. */

/** The text of `losses.py`. */
export const lossesScript = `"""Loss terms: functions of tensors to a number, to be weighted and added up.

Images are n x c x h x w in [-1, 1] unless said otherwise, masks n x 1 x h x w of zeros
and ones. A mean is over every element, of the batch too. \`label\` is 1 where images shall
count as real: a generator's term is its discriminator's with the label 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

Features = Mapping[str, Tensor]
Weights = Mapping[str, float] | None


def l1(generated: Tensor, real: Tensor) -> Tensor:
    """mean |x' - x|. Def-GAN weighs it 100, PN-GAN 10, PDIG 20."""
    return (generated - real).abs().mean()


def mask_l1(
    generated: Tensor, real: Tensor, mask: Tensor, weight: float = 1.0
) -> Tensor:
    """mean |x' - x| + weight * mean(|x' - x| * M), PG2's pose mask loss.

    Both means are over every element of the image, not over the mask's area.
    """
    difference = (generated - real).abs()
    return difference.mean() + weight * (difference * mask).mean()


def mean_squares(generated: Tensor, real: Tensor) -> Tensor:
    """mean (x' - x)^2. PDIG's pose auto-encoder weighs it 20."""
    return (generated - real).square().mean()


def bce_with_logits(logits: Tensor, label: int) -> Tensor:
    """Binary cross-entropy: mean(max(z, 0) - z * label + log(1 + e^-|z|))."""
    positive = F.relu(logits)
    # -|z| as z - 2 * max(z, 0), whose gradient at 0 is that of the formula.
    softplus = positive + torch.log(torch.exp(logits - 2 * positive) + 1)
    return (softplus - logits).mean() if label == 1 else softplus.mean()


def log_loss(probabilities: Tensor, label: int, epsilon: float = 1e-7) -> Tensor:
    """-mean log(p + epsilon), or of 1 - p for the label 0. Def-GAN."""
    right = probabilities if label == 1 else 1 - probabilities
    return -torch.log(right + epsilon).mean()


def least_squares(scores: Tensor, label: int) -> Tensor:
    """mean (s - label)^2: least squares GAN (Mao et al., ICCV 2017). PN-GAN."""
    return (scores - label).square().mean()


def wasserstein_critic(real: Tensor, generated: Tensor) -> Tensor:
    """mean D(generated) - mean D(real) (Arjovsky et al., ICML 2017). PDIG's samplers.

    The critic's weights are to be clipped after each update, to 0.01 there.
    """
    return generated.mean() - real.mean()


def wasserstein_generator(generated: Tensor) -> Tensor:
    """-mean D(generated). PDIG's samplers."""
    return -generated.mean()


def kl_between_means(q: Tensor, p: Tensor) -> Tensor:
    """KL(N(q, 1) || N(p, 1)): 1/2 sum (q - p)^2, the mean over the batch. Vari-UNet."""
    return (q - p).square().flatten(1).sum(1).mean() * 0.5


def feature_l1(generated: Features, real: Features, weights: Weights = None) -> Tensor:
    """sum w * mean |phi(x') - phi(x)| over the features named in weights, or all.

    Features are what another network, trained before, gives for both images, by name.
    """
    return _weighted(generated, real, weights, l1)


def gram(features: Tensor) -> Tensor:
    """Gram matrices F'F / (4 * h * w), a row of F for each place: n x c x c."""
    n, c, h, w = features.shape
    rows = features.reshape(n, c, h * w)
    return torch.bmm(rows, rows.transpose(1, 2)) / (4 * h * w)


def gram_l1(generated: Features, real: Features, weights: Weights = None) -> Tensor:
    """sum w * mean |Gram(phi(x')) - Gram(phi(x))| over features as above. Vari-UNet."""
    return _weighted(generated, real, weights, lambda a, b: l1(gram(a), gram(b)))


def nearest_neighbour(generated: Tensor, real: Tensor, window: int) -> Tensor:
    """The mean over places of the least distance to a place of the window around it.

    Features are n x c x h x w, the distance is the sum over channels of absolute
    differences (Siarohin et al., CVPR 2018). \`window\` is odd: 3 for Market-1501, 5 for
    DeepFashion. Def-GAN weighs the term 0.01.
    """
    if window < 1 or window % 2 == 0:
        raise ValueError(f"window {window} is not an odd number")
    reach = window // 2
    height, width = real.shape[2:]
    # Farther from every feature than any of them is from another.
    around = F.pad(real, (reach, reach, reach, reach), value=-10_000.0)
    least = None
    for row in range(window):
        for column in range(window):
            neighbour = around[:, :, row : row + height, column : column + width]
            distance = (neighbour - generated).abs().sum(1)
            # Of equal ones the first has the gradient.
            least = (
                distance
                if least is None
                else torch.where(least <= distance, least, distance)
            )
    return least.mean()


def ssim_map(
    generated: Tensor,
    real: Tensor,
    window: int = 11,
    sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity of two images in [0, 1], at each place and channel.

    Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004, equation 13. Only windows that lie
    wholly inside count: n x c x (h - window + 1) x (w - window + 1).
    """
    if min(generated.shape[2:]) < window:
        raise ValueError(f"window {window} does not fit {tuple(generated.shape)}")
    middle = (window - 1) / 2
    raw = [math.exp(-((i - middle) ** 2) / (2 * sigma**2)) for i in range(window)]
    line = torch.tensor([one / sum(raw) for one in raw]).to(generated)

    def weighted(x: Tensor) -> Tensor:
        planes = x.reshape(-1, 1, *x.shape[2:])
        down = F.conv2d(planes, line.reshape(1, 1, -1, 1))
        along = F.conv2d(down, line.reshape(1, 1, 1, -1))
        return along.reshape(*x.shape[:2], *along.shape[2:])

    mean_a, mean_b = weighted(generated), weighted(real)
    product = mean_a * mean_b
    power = mean_a.square() + mean_b.square()
    covariance = 2 * (weighted(generated * real) - product)
    variances = weighted(generated.square() + real.square()) - power
    c1, c2 = k1**2, k2**2
    return ((2 * product + c1) * (covariance + c2)) / ((power + c1) * (variances + c2))


def ssim(generated: Tensor, real: Tensor, **options) -> Tensor:
    """The mean similarity of two images in [0, 1]; as a loss take 1 - ssim."""
    return ssim_map(generated, real, **options).mean()


def enhanced_weighting_a(
    generated: Tensor,
    real: Tensor,
    mask: Tensor,
    mask_weight: float = 1.0,
    ssim_weight: float = 1.0,
    **options,
) -> Tensor:
    """A reading of VDG's enhanced weighting loss: mask-L1 + w * (1 - SSIM of persons).

    The paper's formula is not public; this is inferred from its abstract.
    """
    alike = ssim(_to_unit(generated) * mask, _to_unit(real) * mask, **options)
    return mask_l1(generated, real, mask, mask_weight) + (1 - alike) * ssim_weight


def enhanced_weighting_b(
    generated: Tensor, real: Tensor, mask: Tensor, **options
) -> Tensor:
    """Another reading: mean((1 - SSIM map) * (1 + M)), M in each window's middle."""
    alike = ssim_map(_to_unit(generated), _to_unit(real), **options)
    height, width = alike.shape[2:]
    before = (options.get("window", 11) - 1) // 2
    middle = mask[:, :, before : before + height, before : before + width]
    return ((1 - alike) * (middle + 1)).mean()


def vgg_input(image: Tensor) -> Tensor:
    """RGB images as VGG-19 takes them: 0 to 255, blue first, means taken off."""
    return _to_bytes(image).flip(1) - _vgg_means(image)


def vgg_input_of_defgan(image: Tensor) -> Tensor:
    """The same as Def-GAN has it, the means taken off the wrong channels."""
    return (_to_bytes(image) - _vgg_means(image)).flip(1)


def _vgg_means(image: Tensor) -> Tensor:
    return torch.tensor([103.939, 116.779, 123.68]).to(image)[:, None, None]


def _to_bytes(image: Tensor) -> Tensor:
    return (image + 1) * 127.5


def _to_unit(image: Tensor) -> Tensor:
    return (image + 1) * 0.5


def _weighted(
    generated: Features, real: Features, weights: Weights, distance
) -> Tensor:
    named = dict.fromkeys(generated, 1.0) if weights is None else weights
    total = None
    for name, weight in named.items():
        if name not in generated or name not in real:
            raise ValueError(f"no feature {name!r}")
        term = distance(generated[name], real[name]) * weight
        total = term if total is None else total + term
    if total is None:
        raise ValueError("no feature is weighted")
    return total
`;
