"""Weights of words → a word cloud as a JPG.

In: words with their weights, a path, a size in pixels. Out: the file, whole or not at all, with at most 200 words.
Always holds: the same weights give the same bytes on the same machine; Chinese is drawn with the font of a wheel, so
no system font is needed; few words, or none, still give a picture.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_WORDS = 200
MAX_LETTERS = 24  # of one word: a longer one would leave no room for the others
SCALE = 2  # laid out at half the size, then drawn at the whole: twice as fast
BORDER = 24  # pixels of paper on each side
PAPER = (253, 252, 247)
INKS = ("#16324f", "#1d5c7d", "#9b2c3a", "#2f6b6a", "#54407a", "#8a5a14", "#3c4f5c")
NO_WORDS = {"今日无词": 1.0}


def draw(weights: Mapping[str, float], path: Path, *, size: tuple[int, int] = (1600, 900)) -> None:
    """Draw the heaviest words as a JPG into `path`, whose folder exists. Without any word it says so in Chinese.

    `size` is width and height in pixels, at least 200 each. OSError where the file cannot be written.
    """
    from wordcloud import WordCloud  # noqa: PLC0415  0.3 s and 60 MB that an idle bot does not need

    heaviest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    fitting = {word: weight for word, weight in heaviest if weight > 0 and 0 < len(word) <= MAX_LETTERS}
    shown = dict(list(fitting.items())[:MAX_WORDS]) or NO_WORDS
    width, height = ((side - 2 * BORDER) // SCALE for side in size)
    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as font:
        cloud = WordCloud(
            font_path=str(font),
            width=width,
            height=height,
            scale=SCALE,
            margin=4,
            max_words=MAX_WORDS,
            max_font_size=height // (4 if len(shown) > 20 else 3),
            min_font_size=11,
            relative_scaling=0.45,
            prefer_horizontal=1,
            background_color=PAPER,
            color_func=_ink,
            random_state=7,
        ).generate_from_frequencies(shown)
    _write(_centred(cloud.to_image(), size), path)


def _ink(_word: str, *, random_state: Random, **_: Any) -> str:
    return random_state.choice(INKS)


def _centred(drawing: Image, size: tuple[int, int]) -> Image:
    """The drawing in the middle of its paper: few words would else stand in a corner."""
    from PIL import Image, ImageChops  # noqa: PLC0415

    blank = Image.new("RGB", drawing.size, PAPER)
    inked = drawing.crop(ImageChops.difference(drawing, blank).getbbox())
    picture = Image.new("RGB", size, PAPER)
    picture.paste(inked, ((size[0] - inked.width) // 2, (size[1] - inked.height) // 2))
    return picture


def _write(picture: Image, path: Path) -> None:
    """Beside it first, then in its place: a reader never sees half a picture."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}", suffix=".jpg", delete=False) as file:
        unfinished = Path(file.name)
        try:
            picture.save(file, "JPEG", quality=90, subsampling=0, optimize=True)
            file.flush()
            os.fsync(file.fileno())
            unfinished.chmod(0o644)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
