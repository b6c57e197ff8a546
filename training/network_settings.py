"""The settings of a recipe's networks: the generator and the discriminator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.bounds import Count, Positive, Proportion, Rest, Whole


@dataclass(frozen=True, slots=True)
class Generator:
    """Describes the network that colors.

    Attributes:
        kind: which network.
        color: what it gives, a* and b* or RGB.
        hints: whether it takes the three hint channels.
        widths: channels per scale (residual, lab-unet, rgb150; of the decoder, efficientnet) or the first and largest
            width (pix2pix).
        encoder_blocks, decoder_blocks: residual blocks per scale (residual).
        encoder: which EfficientNet-Lite reads the photo (efficientnet).
        pretrained: the encoder begins with its ImageNet weights (efficientnet).
        padding: of the encoder's strided convolutions: "tensorflow" as the weights expect, or "symmetric".
        drop_path: share of photos for which the encoder's last residual block is left out in training; for those
            before it evenly less, for the first 0 (efficientnet).
        hint_pyramid: hints also enter the decoder, at each of its scales (efficientnet).
        scale_blocks: residual blocks of the decoder at 1/2, 1/4, 1/8 and 1/16 of the size (efficientnet).
        attention_blocks, attention_heads: at the coarsest scale (residual, efficientnet).
        depth: halvings (pix2pix U-Net; 8 needs 256 px).
        norm: batch or instance normalization (pix2pix U-Net).
        dropout: share of features dropped in training.
        fixed_px: side of the only input size the network takes; 0 is any size.
        bins: path of the (K, 2) table of ab bins, "gamut" computes one, "" leaves the head out.
        labels_head, teacher_head: heads that help in training only.
        decode: how ab is read from the heads.
        temperature: of the annealed mean over bins.
        blend: share of the annealed mean in decode = "blend".
        faces: whether it takes the four channels of face, hair, lips and clothes, drawn where the package's own finder
            has found faces (residual, efficientnet, pix2pix U-Net).
    """

    kind: Literal["residual", "efficientnet", "unet256", "lab-unet", "rgb150", "cifar"] = "residual"
    color: Literal["lab", "rgb"] = "lab"
    hints: bool = False
    widths: tuple[Count, ...] = (24, 48, 96, 192, 320)
    encoder_blocks: tuple[Whole, ...] = (1, 1, 2, 4, 2)
    decoder_blocks: Whole = 1
    encoder: Literal["efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"] = "efficientnet-lite2"
    pretrained: bool = True
    padding: Literal["tensorflow", "symmetric"] = "tensorflow"
    drop_path: Rest = 0.0
    hint_pyramid: bool = False
    scale_blocks: tuple[Whole, ...] = (0, 1, 1, 1)
    attention_blocks: Whole = 1
    attention_heads: Count = 8
    depth: Count = 8
    norm: Literal["batch", "instance"] = "batch"
    dropout: Rest = 0.0
    fixed_px: Whole = 0
    bins: str = ""
    labels_head: bool = False
    teacher_head: bool = False
    decode: Literal["regression", "annealed", "blend"] = "regression"
    temperature: Positive = 0.38
    blend: Proportion = 0.5
    faces: bool = False


@dataclass(frozen=True, slots=True)
class Discriminator:
    """Describes the network that separates real photos from colored ones.

    Attributes:
        kind: the conditional 70×70 PatchGAN, the whole-image "noPatch" of a DCGAN, both, the max-pooling classifier,
            small heads on the features of a frozen classifier, or none.
        width: channels of its first layer; of each head (features).
        layers: strided layers of the PatchGAN after the first; 3 sees 70×70.
        norm: normalization inside.
        spectral: spectral normalization of its weights.
        conditional: whether it sees the lightness beside the color.
        smooth_real: what real photos should score; 0.9 is one-sided smoothing.
    """

    kind: Literal["none", "patchgan", "nopatch", "both", "pool", "classifier", "features"] = "none"
    width: Count = 64
    layers: Count = 3
    norm: Literal["batch", "instance", "none"] = "batch"
    spectral: bool = False
    conditional: bool = True
    smooth_real: Proportion = 1.0
