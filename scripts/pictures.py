"""The pictures in docs/pictures: `python scripts/pictures.py [FOLDER]`, from the invented report of the tests.

A brief, a section, settings and an error, as Telegram, Discord and the chat page show them on a phone of 390 pixels,
drawn by `tuibao preview` and photographed in a Chromium. Exit status 1: no Chromium with its driver is there.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from PIL import Image
from selenium import webdriver

from bot.config import AppSettings, Config
from bot.making import picture_path
from bot.preview import Look, make_page
from bot.preview.asking import PlatformName, Scene
from bot.store.tiny import TinyStore
from handlers.chats import Wishes
from report.cloud import draw
from report.model import Report
from report.words import count
from tests.bot.platforms.local.test_browser import CHROMIUM, DRIVER, FLAGS
from tests.conversations.reports import NOW, TOPICS, invented

NO_WISHES = Wishes()
FOLDER = Path(__file__).parents[1] / "docs/pictures"
KEY = "twitter_ai_20260327_20260327"
SCALE = 1.5
PHONE = {"width": 390, "height": 400, "deviceScaleFactor": SCALE, "mobile": True}
TALLEST, TALLEST_END = 1250, 640  # pixels of the page: a picture shows the beginning of what is longer, or its end
GAP = 15  # pixels of the page without ink: there what is longer may be cut
FAINT = 6  # of 255: a background's own shades
HEIGHT = "return Math.ceil(document.querySelector('main').getBoundingClientRect().bottom)"
DRAWN = "const done = arguments[0]; document.fonts.ready.then(() => setTimeout(done, 300))"
PLATFORMS: tuple[PlatformName, ...] = ("telegram", "discord", "local")


@dataclass(frozen=True)
class Shot:
    """`wishes` and `rich` as the preview knows them; `platforms` where it is taken. A name in -end is of the end."""

    name: str
    sayings: tuple[str, ...] = ()
    wishes: Wishes = NO_WISHES
    rich: bool = True
    platforms: tuple[PlatformName, ...] = PLATFORMS


SHOTS = (
    Shot("brief"),
    Shot("brief-end"),
    Shot("brief-classic", rich=False, platforms=("telegram",)),
    Shot("section", ("/finance",)),
    Shot("settings", ("/settings",)),
    Shot("error", ("/brief 3月37日",)),
)


def words_of(report: Report) -> str:
    return "。".join(point.text for section in report.sections for point in section.all_points())


async def fill(folder: Path) -> None:
    """A data folder with the invented reports and their clouds."""
    async with await TinyStore.open(folder, now=lambda: NOW) as store:
        for report in invented().values():
            await store.save_report(report)
    (folder / "posts").mkdir()
    draw(count([words_of(invented()[KEY])]), picture_path(folder / "posts", KEY))


async def pages(folder: Path) -> dict[str, str]:
    """The HTML of each picture by its name."""
    config = Config(app=AppSettings(data_dir=folder), topics=tuple(TOPICS.values()))
    made = {}
    for shot in SHOTS:
        for platform in shot.platforms:
            look = Look(Scene(platform, wishes=shot.wishes), rich=shot.rich)
            html = await make_page(config, KEY, shot.sayings, look, now=lambda: NOW + timedelta(minutes=1))
            made[f"{platform}-{shot.name}"] = html
    return made


def photograph(driver: webdriver.Chrome, page: Path) -> Image.Image:
    """The whole page."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    driver.get(page.as_uri())
    height = int(driver.execute_script(HEIGHT))
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE | {"height": height})
    driver.execute_async_script(DRAWN)
    return Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")


def cut(picture: Image.Image, *, at_end: bool) -> Image.Image:
    """Its beginning, or its end, cut between two paragraphs."""
    height, tallest = picture.height, round((TALLEST_END if at_end else TALLEST) * SCALE)
    if height <= tallest:
        return picture
    gaps = find_gaps(picture, round(GAP * SCALE))
    if at_end:
        top = next((row for row in gaps if row >= height - tallest), height - tallest)
        return picture.crop((0, top, picture.width, height))
    bottom = next((row for row in reversed(gaps) if row <= tallest), tallest)
    return picture.crop((0, 0, picture.width, bottom))


def find_gaps(picture: Image.Image, least: int) -> list[int]:
    """The middles of all stretches of at least so many rows in which nothing is written."""
    grey = np.asarray(picture.convert("L"), dtype=np.int16)
    within = grey[:, round(picture.width * 0.25) : round(picture.width * 0.85)]
    quiet = np.concatenate(([False], np.ptp(within, axis=1) <= FAINT, [False]))
    edges = np.flatnonzero(quiet[1:] != quiet[:-1])
    return [int(first + last) // 2 for first, last in edges.reshape(-1, 2) if last - first >= least]


def main() -> int:
    if not (CHROMIUM.exists() and DRIVER.exists()):
        sys.stderr.write(f"pictures: they need {CHROMIUM} and {DRIVER}\n")
        return 1
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(fill(folder / "data"))
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={folder / 'chromium'}", "--hide-scrollbars"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
        try:
            for title, html in asyncio.run(pages(folder / "data")).items():
                page = folder / f"{title}.html"
                page.write_text(html, encoding="utf-8")
                picture = cut(photograph(driver, page), at_end=title.endswith("-end"))
                picture = picture.quantize(64, method=Image.Quantize.MEDIANCUT)
                picture.save(target / f"{title}.png", optimize=True)
                sys.stdout.write(f"{title}.png {(target / f'{title}.png').stat().st_size // 1000} kB\n")
        finally:
            driver.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
