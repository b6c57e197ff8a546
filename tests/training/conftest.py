"""Fixtures for the training; without torch there are none, and the tests that import it skip."""

from __future__ import annotations

from pathlib import Path

import pytest
from groups import advice, missing_group

if missing_group("torch"):

    @pytest.fixture(autouse=True)
    def the_program_needs_torch() -> None:
        """Skips the tests that start `python -m training` and import nothing of it."""
        pytest.skip(advice("torch"))

else:
    import torch
    from rich.console import Console

    from training.data.prepare import PrepareSettings, prepare
    from training.network_settings import Discriminator, Generator
    from training.settings import Aging, Data, Export, Hints, Loss, Optimizer, Phase, Recipe, Train  # fmt: skip

    torch.set_num_threads(1)

    @pytest.fixture(scope="session")
    def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A folder of 60 small synthetic photos in two class folders."""
        from training_scenes import write_scenes

        folder = tmp_path_factory.mktemp("scenes")
        write_scenes(folder, 60)
        return folder

    @pytest.fixture(scope="session")
    def prepared(scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """The same, prepared."""
        out = tmp_path_factory.mktemp("prepared")
        prepare([scenes], out, PrepareSettings(store_px=72, duplicate_bits=-1, processes=1), Console(quiet=True))
        return out

    @pytest.fixture
    def tiny(prepared: Path) -> Recipe:
        """A recipe of seconds: every head, hint and defect, an adversarial term from the third step on."""
        return Recipe(
            "tiny",
            Train((Phase(48, 32, 4), Phase(64, 64, 4)), ema=0.9, strip_every=32, validate_photos=2),
            data=Data(str(prepared), crop_least=0.5),
            aging=Aging(0.5, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3),
            hints=Hints(0.3, 0.3, 0.2),
            generator=Generator(
                hints=True, widths=(8, 8, 8, 8, 16), encoder_blocks=(1, 1, 1, 1, 1), attention_heads=2, bins="gamut"
            ),
            discriminator=Discriminator("nopatch", width=4, norm="none"),
            loss=Loss(pixel_form="huber", bins=0.1, labels=0.1, adversarial=0.1, adversarial_from=12),
            generator_optimizer=Optimizer("adamw", 1e-3, 0.9, clip=1.0, schedule="cosine", warmup=8),
            export=Export(working_size=64),
        )
