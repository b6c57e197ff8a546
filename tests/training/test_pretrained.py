from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from training_scenes import scene

from training.errors import MissingWeights
from training.networks.pretrained import Lpips, MobileNet, SqueezeNet, read_weights

NETS = "nets"


def test_missing_or_wrong_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match="no weights at"):
        read_weights(str(tmp_path / "none.npz"), "a")
    (tmp_path / "text.npz").write_text("no arrays")
    with pytest.raises(MissingWeights, match="not a file of named arrays"):
        read_weights(str(tmp_path / "text.npz"), "a")
    np.savez(tmp_path / "other.npz", b=np.zeros(3))
    with pytest.raises(MissingWeights, match="no array 'a'"):
        read_weights(str(tmp_path / "other.npz"), "a")


def test_lpips_is_zero_for_equal_pictures_and_grows_with_the_change(shared: Path) -> None:
    lpips = Lpips(str(shared / NETS / "squeezenet1_1.npz"), str(shared / NETS / "lpips_squeeze_heads.npz"))
    picture = scene(1, (96, 96))
    gray = np.repeat(picture.mean(2, keepdims=True), 3, 2).astype(np.uint8)
    half = ((picture.astype(int) + gray) // 2).astype(np.uint8)
    assert lpips.distance(picture, picture) == 0
    assert 0 < lpips.distance(picture, half) < lpips.distance(picture, gray) < 1
    assert lpips.distance(picture, gray) == pytest.approx(lpips.distance(gray, picture))


def test_lpips_sees_blur_as_a_change_that_a_shift_in_brightness_is_not(shared: Path) -> None:
    """What the measure is for: equal squared errors, unequal to the eye."""
    import cv2

    lpips = Lpips(str(shared / NETS / "squeezenet1_1.npz"), str(shared / NETS / "lpips_squeeze_heads.npz"))
    picture = scene(1, (96, 96))
    blurred = cv2.GaussianBlur(picture, (0, 0), 3)
    shift = float(np.sqrt(((picture.astype(float) - blurred) ** 2).mean()))
    brighter = np.clip(picture + shift, 0, 255).astype(np.uint8)
    assert lpips.distance(picture, blurred) > 2 * lpips.distance(picture, brighter)


def test_the_teacher_gives_1024_features_at_stride_32(shared: Path) -> None:
    teacher = MobileNet(str(shared / NETS / "mobilenet_v1_trunk.npz"))
    with torch.no_grad():
        features = teacher(torch.rand(1, 3, 96, 128))
    assert features.shape == (1, 1024, 3, 4)
    assert features.min() >= 0 and features.max() <= 6


def test_gradients_pass_through_the_frozen_networks_to_the_picture(shared: Path) -> None:
    trunk = SqueezeNet(str(shared / NETS / "squeezenet1_1.npz"))
    picture = torch.rand(1, 3, 64, 64, requires_grad=True)
    trunk(picture, (4, 12))[1].mean().backward()
    assert picture.grad is not None and picture.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in trunk.parameters())
