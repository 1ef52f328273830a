/**
 * PyTorch: a module for each model, and what all of them share.
 *
 * A folder holds NAME.py for each model and, once, `network.py` (the base class), `psi.py`, `losses.py` and `train.py`.
 * What they offer each other and a script:
 *
 * ```python
 * # NAME.py, the name in snake case: vdg_market_munet.py
 * class VdgMarketMunet(Network): ...
 * MODEL = VdgMarketMunet                  # what a script reads: importlib.import_module(name).MODEL
 *
 * # network.py
 * class Network(nn.Module):
 *     NAME: str                           # the model's name
 *     INPUTS: dict[str, Input]            # the model's name of each input -> (argument, (c, h, w))
 *     OUTPUTS: dict[str, tuple]           # the model's name of each output -> (c, h, w)
 *     PARAMETERS: tuple[Parameter, ...]   # path, name in state_dict, role, shape, axes, start, clip
 *     scalars: dict[str, float]           # numbers that may change during training, by path
 *
 *     def forward(self, <an argument for each input>, *, noise=None) -> dict[str, Tensor]
 *         # images n x c x h x w, float32; outputs by the model's names; `noise` gives tensors by path in the place of
 *         # torch's random numbers. train() and eval() choose the mode.
 *     def run(self, inputs: dict[str, Tensor], *, noise=None) -> dict[str, Tensor]
 *         # the same with inputs by the model's own names, which need not be identifiers
 *     def reset_parameters(self, generator=None) -> None     # starts all parameters anew, as maskskip starts them
 *     def weight_parameters(self) -> Iterator[nn.Parameter]  # trained, masks left out
 *     def mask_parameters(self) -> Iterator[nn.Parameter]    # the masks of psi
 *     def project(self) -> None                              # clips what has to be clipped; call after every update
 *     def load_maskskip(self, path) -> None                  # maskskip's weights file (safetensors); ValueError on
 *     def save_maskskip(self, path) -> None                  #   a wrong name, type or shape, before anything is set
 * ```
 *
 * `psi.py` and `losses.py` depend on torch alone, `network.py` on torch and safetensors. DistributedDataParallel wraps a
 * network as it is: call the wrapper with keyword arguments.
 */
export {};
