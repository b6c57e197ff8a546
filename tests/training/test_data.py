from __future__ import annotations

import dataclasses
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from training_scenes import scene, write_scenes

from training.data.aging import age, blur, jpeg
from training.data.batches import BatchMaker, Rank, fixed_photos
from training.data.crops import Crop, DeviceSet, cut
from training.data.cutmix import paste_parts
from training.data.feed import batches
from training.data.hints import (
    COARSE,
    NONE,
    OWN,
    POINT_SIDES_PX,
    POINTS,
    coarse_color,
    draw_kinds,
    make_hints,
    points,
    recolor,
    recolor_some,
)
from training.data.inspect import difference_hash, inspect, is_gray, split_of
from training.data.prepare import PrepareSettings, prepare
from training.data.prepared import load
from training.errors import MissingData
from training.network_settings import Generator
from training.settings import Aging, Hints, Loss, Phase, Recipe, Train

QUIET = Console(quiet=True)
SMALL = PrepareSettings(store_px=64, processes=1)


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# -- prepare ----------------------------------------------------------------------------------------------------------


def test_prepare_drops_broken_gray_small_and_doubled_photos_and_says_so(tmp_path: Path) -> None:
    write_scenes(tmp_path / "in", 12)
    (tmp_path / "in" / "broken.jpg").write_bytes(b"not a photo")
    Image.fromarray(scene(90)).convert("L").save(tmp_path / "in" / "gray.jpg")
    Image.fromarray(scene(91, (20, 20))).save(tmp_path / "in" / "small.png")
    Image.open(tmp_path / "in" / "meadow" / "001.jpg").save(tmp_path / "in" / "again.png")
    console = Console(record=True, width=100)
    prepare([tmp_path / "in"], tmp_path / "out", SMALL, console)
    told = console.export_text()
    assert all(f"dropped: {reason}" in told for reason in ("broken", "gray", "small", "duplicate"))
    rows = load(tmp_path / "out", "train").rows
    assert len(rows) <= 12
    assert min(min(row.height, row.width) for row in rows) == 64


def test_a_photo_stays_in_its_split_when_others_come(tmp_path: Path) -> None:
    def splits(count: int) -> dict[str, str]:
        write_scenes(tmp_path / "in", count)
        prepare([tmp_path / "in"], tmp_path / "out", dataclasses.replace(SMALL, duplicate_bits=-1), QUIET)
        lines = (tmp_path / "out" / "photos.tsv").read_text().splitlines()[1:]
        return {line.split("\t")[0]: line.split("\t")[3] for line in lines}

    before, after = splits(40), splits(80)
    assert len(after) == 80
    assert all(after[name] == split for name, split in before.items())
    assert len(set(after.values())) > 1


def test_splits_have_the_promised_shares() -> None:
    names = [split_of(f"{number:08x}") for number in np.random.default_rng(0).integers(0, 2**32, 20000)]
    assert abs(names.count("test") / 20000 - 0.05) < 0.01
    assert abs(names.count("val") / 20000 - 0.05) < 0.01


def test_train_and_test_folders_of_an_archive_are_obeyed(tmp_path: Path) -> None:
    write_scenes(tmp_path / "train", 40)
    write_scenes(tmp_path / "test", 4)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for file in sorted(tmp_path.rglob("*.jpg")):
            archive.write(file, file.relative_to(tmp_path).as_posix())
    prepare([tmp_path / "set.zip"], tmp_path / "out", dataclasses.replace(SMALL, duplicate_bits=-1), QUIET)
    assert len(load(tmp_path / "out", "test")) == 4
    assert load(tmp_path / "out", "train").labels == ("set/meadow", "set/wall")


def test_the_digest_knows_the_photos_and_their_splits(prepared: Path, tmp_path: Path) -> None:
    write_scenes(tmp_path / "in", 8)
    digest = prepare([tmp_path / "in"], tmp_path / "out", SMALL, QUIET)
    assert digest == load(tmp_path / "out", "train").digest
    assert digest != load(prepared, "train").digest


def test_no_photo_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(MissingData, match="there are no photos in"):
        prepare([tmp_path / "in"], tmp_path / "out", SMALL, QUIET)
    with pytest.raises(MissingData, match="no prepared set"):
        load(tmp_path / "elsewhere", "train")


def test_the_difference_hash_is_equal_for_copies_and_far_for_others() -> None:
    small = np.asarray(Image.fromarray(scene(5)).resize((48, 40)))
    assert (difference_hash(scene(5)) ^ difference_hash(small)).bit_count() <= 4
    assert (difference_hash(scene(5)) ^ difference_hash(scene(8))).bit_count() > 8


def test_sepia_paper_is_gray_and_a_pale_photo_is_not() -> None:
    gray = np.repeat(scene(2).mean(2, keepdims=True), 3, 2)
    assert is_gray(np.clip(gray * [1.0, 1.0, 0.99], 0, 255).astype(np.uint8))
    assert not is_gray(scene(2))


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(scene(1, (40, 90))).save(tmp_path / "turned.jpg", exif=exif)
    assert inspect((tmp_path / "turned.jpg").read_bytes(), 200, 32).pixels.shape[:2] == (80, 40)


# -- crops ------------------------------------------------------------------------------------------------------------


def test_the_device_cuts_the_same_squares_as_the_processor(prepared: Path) -> None:
    data = load(prepared, "train")
    crops = [Crop(0, 3, 5, 60, 62), Crop(1, 0, 0, 72, 72, True), Crop(2, 10, 2, 32, 32)]
    on_device = DeviceSet(data, torch.device("cpu")).cut(crops, 32)
    difference = (on_device.float() - cut(data, crops, 32).float()).abs()
    assert difference.mean() < 3  # bytes; two ways of averaging noise


def test_fixed_photos_are_the_same_each_time(prepared: Path) -> None:
    data = load(prepared, "train")
    assert torch.equal(fixed_photos(data, 4, 32).ab, fixed_photos(data, 4, 32).ab)


# -- hints ------------------------------------------------------------------------------------------------------------


def test_hints_come_in_the_promised_shares() -> None:
    kinds = draw_kinds(20000, Hints(0.15, 0.15, 0.10), chance())
    shares = [float((kinds == kind).float().mean()) for kind in (NONE, POINTS, COARSE, OWN)]
    assert np.allclose(shares, [0.6, 0.15, 0.15, 0.10], atol=0.015)


def test_a_point_tells_the_true_mean_with_weight_one() -> None:
    ab = torch.full((3, 2, 32, 32), 17.0)
    hints = points(ab, 5.0, chance(1)).transpose(0, 1)
    told = hints[2] == 1
    assert told.flatten(1).any(1).all() and not told.all()
    assert torch.allclose(hints[:2, told], torch.tensor(17.0))
    assert (hints[:, ~told] == 0).all()


def test_a_point_is_a_square_that_holds_its_own_mean_and_the_later_one_is_on_top() -> None:
    ab = torch.rand(1, 2, 40, 40, generator=chance()) * 50
    for seed in range(20):
        hints = points(ab, 1.0, chance(seed))[0]  # one point
        rows, columns = (hints[2] > 0).nonzero(as_tuple=True)
        side = int(rows.max() - rows.min()) + 1
        assert side in POINT_SIDES_PX and len(rows) == side**2 == (int(columns.max() - columns.min()) + 1) ** 2
        spot = ab[0][:, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert torch.allclose(hints[:2, rows[0], columns[0]], spot.mean((1, 2)), atol=1e-4)
    crowded = points(ab, 60.0, chance(3))[0]
    colors = {tuple(color.tolist()) for color in crowded[:2, crowded[2] > 0].T}
    assert len(colors) > 5  # squares overlap, and no pixel mixes two of them
    assert colors == {tuple(color.tolist()) for color in points(ab, 60.0, chance(3))[0][:2, crowded[2] > 0].T}


def test_points_number_about_five() -> None:
    ab = torch.rand(300, 2, 256, 256)
    counts = (points(ab, 5.0, chance(1))[:, 2] > 0).flatten(1).sum(1).numpy() / 33
    assert 4 < np.mean(counts) < 6  # the mean square of sides 1, 3, 5, 7, 9 is 33 pixels


def test_a_coarse_hint_is_near_the_truth_and_weighs_half() -> None:
    ab = torch.full((4, 2, 64, 64), 40.0)
    told = coarse_color(ab, 16, chance(2))
    assert (told[:, 2] == 0.5).all()
    assert 0.55 * 40 < told[:, :2].mean() < 1.25 * 40
    assert told[:, :2].std() > 0.5


def test_inputs_without_a_hint_and_with_their_own_are_left_empty() -> None:
    ab = torch.rand(4, 2, 32, 32) * 50
    hints = make_hints(ab, torch.tensor([NONE, POINTS, COARSE, OWN]), 5.0, chance())
    assert [bool(hint.any()) for hint in hints] == [False, True, True, False]


def two_halves() -> tuple[torch.Tensor, torch.Tensor]:
    """L* and ab of a photo whose right half is lighter and has a color, with a patch of that color in the left half."""
    lightness, ab = torch.full((1, 64, 64), 30.0), torch.zeros(2, 64, 64)
    for rows, columns in ((slice(0, 64), slice(32, 64)), (slice(0, 12), slice(0, 12))):
        lightness[:, rows, columns] = 70.0
        ab[:, rows, columns] = torch.tensor([40.0, 20.0])[:, None, None]
    return lightness, ab


def test_a_thing_of_another_color_is_what_is_connected_and_a_hint_on_it_says_so() -> None:
    lightness, ab = two_halves()
    sizes = set()
    for seed in range(40):
        draws = torch.rand(5, generator=chance(seed)).tolist()
        changed, hint = (torch.from_numpy(value) for value in recolor(lightness.numpy(), ab.numpy(), draws))
        told = hint[2] == 1
        moved = (changed - ab).norm(dim=0) > 19
        assert told.any() and moved[told].all() and (hint[:, ~told] == 0).all()
        if told[:, 40:].any():  # well inside of the right half
            assert moved[:, 35:].all() and not moved[:, :29].any()  # not the patch, which has the same color
            assert torch.allclose(hint[:2, told], changed[:, told], atol=1e-4)
            sizes.add(min(int(told.sum()), 26))
    assert sizes == {25, 26}  # a point, and all that the product makes of one


def test_only_the_chosen_inputs_are_recolored_and_only_a_share_of_them() -> None:
    lightness, ab = torch.full((400, 1, 16, 16), 50.0), torch.rand(400, 2, 16, 16) * 50
    chosen = torch.tensor([False, True, False, False]).repeat(100)
    changed, hints = recolor_some(lightness, ab, chosen, 0.5, chance(3))
    other = (changed != ab).flatten(1).any(1)
    assert not other[~chosen].any() and 35 <= int(other.sum()) <= 65
    assert torch.equal(hints[:, 2].flatten(1).any(1), other)


def test_batches_teach_the_changed_color_and_keep_the_lightness(prepared: Path) -> None:
    data = load(prepared, "train")
    hinted = Recipe(
        "hinted", Train((Phase(64, 32, 16),)), generator=Generator(hints=True), hints=Hints(1.0, recolored=1.0)
    )
    batch = BatchMaker(data, hinted, Rank()).make(0)
    plain = BatchMaker(data, dataclasses.replace(hinted, hints=Hints(1.0)), Rank()).make(0)
    assert batch is not None and plain is not None
    assert torch.equal(batch.lightness, plain.lightness)
    assert ((batch.ab - plain.ab).norm(dim=1).amax((1, 2)) > 12).all()
    moved, told = ((batch.ab - plain.ab).norm(dim=1) > 12), batch.hints[:, 2] == 1
    assert (told & moved).flatten(1).any(1).all()
    alone = (told <= moved).flatten(1).all(1)  # nothing else is said
    assert alone.any() and not alone.all()


def test_what_a_batch_tells_is_what_it_wants_also_with_more_chroma(prepared: Path) -> None:
    data = load(prepared, "train")
    told = Recipe("t", Train((Phase(64, 32, 16),)), generator=Generator(hints=True), hints=Hints(1.0, recolored=0.5))
    batches_of = [
        BatchMaker(data, dataclasses.replace(told, loss=Loss(chroma=chroma)), Rank()).make(0) for chroma in (1.0, 1.5)
    ]
    plain, vivid = (batch.hints for batch in batches_of if batch is not None)
    assert torch.allclose(vivid[:, :2], 1.5 * plain[:, :2], atol=1e-4) and torch.equal(vivid[:, 2], plain[:, 2])


# -- aging ------------------------------------------------------------------------------------------------------------


def colored() -> tuple[torch.Tensor, torch.Tensor]:
    from training.color import lab_from_linear, linear_from_bytes

    linear = linear_from_bytes(torch.from_numpy(np.stack([scene(n, (64, 64)) for n in range(4)])).permute(0, 3, 1, 2))
    return linear, lab_from_linear(linear)[0]


@pytest.mark.parametrize("defect", ["film", "fade", "gamma", "blur", "grain", "jpeg", "scratches", "paper"])
def test_each_defect_changes_the_input_alone_and_stays_in_range(defect: str) -> None:
    linear, lightness = colored()
    before = lightness.clone()
    aged = age(linear, lightness, Aging(**{defect: 1.0}), chance())
    assert torch.equal(lightness, before)
    assert not torch.allclose(aged, before, atol=0.5)
    assert aged.min() >= 0 and aged.max() <= 100


def test_no_defect_changes_nothing() -> None:
    linear, lightness = colored()
    assert torch.equal(age(linear, lightness, Aging(), chance()), lightness)


def test_orthochromatic_film_sees_red_darker() -> None:
    from training.color import lab_from_linear

    linear = torch.zeros(64, 3, 1, 1)
    linear[:, 0] = 0.8
    lightness = lab_from_linear(linear)[0]
    aged = age(linear, lightness, Aging(film=1.0), chance())
    assert (aged < lightness - 10).sum() > 8
    assert aged.min() < 25


def test_blur_keeps_a_flat_picture_and_the_mean() -> None:
    assert torch.allclose(blur(torch.full((2, 1, 32, 32), 60.0), chance()), torch.tensor(60.0), atol=1e-3)


def test_jpeg_is_lossy_but_close() -> None:
    _, lightness = colored()
    difference = (jpeg(lightness, chance()) - lightness).abs().mean()
    assert 0.1 < difference < 6


# -- batches ----------------------------------------------------------------------------------------------------------


def test_the_same_position_gives_the_same_batch(prepared: Path, tiny: Recipe) -> None:
    data = load(prepared, "train")
    one, other = (BatchMaker(data, tiny, Rank()).make(8) for _ in range(2))
    assert one is not None and other is not None
    assert one.faces is None and other.faces is None  # its generator takes none
    assert all(torch.equal(a, b) for a, b in zip(one[1:-1], other[1:-1], strict=True))


def test_thread_and_processes_give_the_same_batches(prepared: Path, tiny: Recipe) -> None:
    maker = BatchMaker(load(prepared, "train"), tiny, Rank())
    threaded, processed = list(batches(maker, 0, 0)), list(batches(maker, 0, 1))
    assert [batch.seen for batch in threaded] == list(range(4, 65, 4)) == [batch.seen for batch in processed]
    assert all(
        torch.equal(a.aged, b.aged) and torch.equal(a.hints, b.hints) for a, b in zip(threaded, processed, strict=True)
    )


def test_the_phases_change_the_size(prepared: Path, tiny: Recipe) -> None:
    maker = BatchMaker(load(prepared, "train"), tiny, Rank())
    sizes = [batch.aged.shape[-1] for batch in batches(maker, 40, 0)]
    assert sizes == [32, 32, 64, 64, 64, 64]


def test_an_epoch_shows_every_photo_once_and_ranks_share_it(prepared: Path, tiny: Recipe) -> None:
    data = load(prepared, "train")
    maker = BatchMaker(data, tiny, Rank())
    assert sorted(maker._photo(position) for position in range(len(data))) == list(range(len(data)))
    first, second = (BatchMaker(data, tiny, Rank(index, 2)).make(0) for index in range(2))
    assert first is not None and second is not None
    assert first.seen == second.seen == 8
    assert not torch.equal(first.ab, second.ab)


def test_parts_of_others_are_pasted_at_their_own_place_into_the_promised_share() -> None:
    """Each picture has its own value in each pixel, so that every pixel tells whose it is and where it was."""
    count = 200
    rgb = torch.arange(count, dtype=torch.uint8)[:, None, None, None].repeat(1, 3, 40, 60)
    rgb[:, 1] = torch.arange(40, dtype=torch.uint8)[:, None]
    rgb[:, 2] = torch.arange(60, dtype=torch.uint8)
    mixed, given = paste_parts(rgb, 255 - rgb, 0.4, np.random.default_rng(3))
    assert given is not None and torch.equal(given, 255 - mixed)
    assert torch.equal(mixed[:, 1:], rgb[:, 1:])  # what lay at a place lies there still
    foreign = (mixed[:, 0] != rgb[:, 0]).flatten(1).float().mean(1)
    assert 0.3 < (foreign > 0).float().mean() < 0.5
    assert all(0.09 < share < 0.51 for share in foreign[foreign > 0].tolist())
    whose = [set(picture.unique().tolist()) - {number} for number, picture in enumerate(mixed[:, 0])]
    assert {len(others) for others in whose} == {0, 1}
    alone, nothing = paste_parts(rgb[:1], None, 1.0, np.random.default_rng(3))
    assert torch.equal(alone, rgb[:1]) and nothing is None


def test_a_batch_with_parts_of_others_has_their_color_and_their_lightness(prepared: Path, tiny: Recipe) -> None:
    data = load(prepared, "train")
    mixing = dataclasses.replace(tiny, data=dataclasses.replace(tiny.data, cutmix=1.0), aging=Aging(), hints=Hints())
    plain = dataclasses.replace(tiny, aging=Aging(), hints=Hints())
    mixed, whole = (BatchMaker(data, recipe, Rank()).make(8) for recipe in (mixing, plain))
    assert mixed is not None and whole is not None
    assert not torch.equal(mixed.ab, whole.ab)
    own = (mixed.ab == whole.ab).all(1, keepdim=True)
    assert torch.equal(own & (mixed.lightness == whole.lightness), own)
    assert torch.equal(mixed.aged, mixed.lightness)


def test_a_fault_in_the_thread_reaches_the_trainer(prepared: Path, tiny: Recipe) -> None:
    data = load(prepared, "train")
    broken = dataclasses.replace(data, pixels=data.pixels[:1000])
    with pytest.raises(ValueError, match="reshape"):
        list(batches(BatchMaker(broken, tiny, Rank()), 0, 0))


def test_a_set_goes_to_another_process_without_its_pixels(prepared: Path) -> None:
    data = load(prepared, "train")
    sent = pickle.dumps(data)
    assert len(sent) < data.pixels.nbytes / 10
    arrived = pickle.loads(sent)  # noqa: S301 - our own bytes
    assert (arrived.rows, arrived.digest) == (data.rows, data.digest)
    np.testing.assert_array_equal(arrived.photo(3), data.photo(3))
