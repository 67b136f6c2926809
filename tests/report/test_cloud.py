from pathlib import Path

import pytest
from PIL import Image

from report.cloud import PAPER, draw

WORDS = (
    "开源",
    "推理",
    "油价",
    "芯片",
    "智能体",
    "数据中心",
    "模型",
    "海峡",
    "加息",
    "GPT-5.5",
    "LTX-2",
    "agent-native",
    "疫苗",
)
WEIGHTS = {word: float(20 - rank) for rank, word in enumerate(WORDS)}


def inked(path: Path) -> float:
    """The share of pixels that are not paper."""
    with Image.open(path) as picture:
        pixels = picture.convert("L").tobytes()
    return sum(pixel < 200 for pixel in pixels) / len(pixels)


def test_the_picture_is_a_jpg_of_the_size_asked_for(tmp_path: Path) -> None:
    draw(WEIGHTS, tmp_path / "cloud.jpg")
    with Image.open(tmp_path / "cloud.jpg") as picture:
        assert picture.format == "JPEG"
        assert picture.size == (1600, 900)
    assert inked(tmp_path / "cloud.jpg") > 0.05


def test_the_same_weights_make_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    draw(WEIGHTS, tmp_path / "a.jpg", size=(800, 450))
    draw(dict(reversed(WEIGHTS.items())), tmp_path / "b.jpg", size=(800, 450))
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {"开源": 1.0},
        {"开源": 2.0, "OpenAI": 1.0},
        {"没有重量": 0.0},
        {"开源": 1e-12, "推理": 1e12},
        {"无空格的长词" * 9: 9.0, "开源": 1.0},
        {"一二三四五六七八九十" * 2: 1.0},
        {f"词{chr(0x4E00 + n)}": 1.0 for n in range(400)},
    ],
)
def test_few_odd_and_many_words_still_make_a_picture(weights: dict[str, float], tmp_path: Path) -> None:
    draw(weights, tmp_path / "cloud.jpg", size=(640, 360))
    assert inked(tmp_path / "cloud.jpg") > 0.01


def test_chinese_is_drawn_and_not_empty_boxes(tmp_path: Path) -> None:
    """Two characters that the font knows look different; a missing glyph would be the same box for both."""
    draw({"一一": 1.0}, tmp_path / "thin.jpg", size=(400, 300))
    draw({"鑫鑫": 1.0}, tmp_path / "dense.jpg", size=(400, 300))
    assert inked(tmp_path / "dense.jpg") > 3 * inked(tmp_path / "thin.jpg")


def test_the_corners_stay_paper(tmp_path: Path) -> None:
    draw(WEIGHTS, tmp_path / "cloud.jpg", size=(800, 450))
    with Image.open(tmp_path / "cloud.jpg") as picture:
        corner = picture.convert("RGB").getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert all(abs(seen - meant) < 6 for seen, meant in zip(corner, PAPER, strict=True))


def test_a_picture_that_cannot_be_written_leaves_the_old_one_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "cloud.jpg").mkdir()
    with pytest.raises(OSError, match="directory"):
        draw(WEIGHTS, tmp_path / "cloud.jpg", size=(400, 300))
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.jpg"]
