"""The page in a real browser, as a reader on a phone uses it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from bot.platforms.local import LocalPlatform
from handlers.base import Button, Message
from report.doc import Item, Picture, citation_links, doc, heading, paragraph, text

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
)
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
LONG = "https://example.com/" + "long" * 60

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM.exists() and DRIVER.exists()), reason="no /usr/bin/chromium with a chromedriver"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": "zh-CN"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    yield driver
    driver.quit()


class Screen:
    """A reader at the browser; each call runs in a thread, since the page is served from this one."""

    def __init__(self, driver: webdriver.Chrome, host: Any, platform: LocalPlatform) -> None:
        self.driver, self.host, self.platform = driver, host, platform

    async def do(self, act: Callable[..., Any], *words: Any) -> Any:
        return await asyncio.to_thread(act, *words)

    async def write(self, *keys: str) -> None:
        await self.do(lambda: self.driver.find_element(By.ID, "words").send_keys(*keys))

    async def run(self, script: str, *words: Any) -> Any:
        return await self.do(self.driver.execute_script, f"return ({script})", *words)

    async def errors(self) -> list[str]:
        """What the console has said since it was last asked."""
        entries = await self.do(self.driver.get_log, "browser")
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    async def until(self, script: str) -> None:
        await self.do(
            WebDriverWait(self.driver, 15, 0.05).until, lambda _: self.driver.execute_script(f"return {script}")
        )

    async def press(self, label: str) -> None:
        keys = "[...document.querySelectorAll('.keys button')]"
        await self.run(f"{keys}.findLast((key) => key.textContent === arguments[0]).click()", label)

    async def messages(self) -> list[str]:
        words = "(one.querySelector('.text') ?? one.querySelector('.bubble')).innerText"
        found: list[str] = await self.run(f"[...document.querySelectorAll('.message')].map((one) => {words})")
        return found


@pytest.fixture
async def screen(reader: Any, browser: webdriver.Chrome) -> AsyncIterator[Screen]:
    reader.host.answers["help"] = [
        Message(doc(heading("推报能做什么", 1), paragraph("发 /range 合看几天")), ((Button("开始", "c:start"),),))
    ]
    screen = Screen(browser, reader.host, reader.platform)
    await screen.do(browser.get, reader.platform.url)
    await screen.until("connected && log.ariaLive === 'polite'")
    yield screen
    assert await screen.errors() == []


async def test_a_reader_asks_for_help_and_presses_the_button_under_it(screen: Screen) -> None:
    assert await screen.run("!document.getElementById('welcome').hidden")
    await screen.write("/help", Keys.ENTER)
    await screen.until("document.querySelector('.keys button')")
    assert (await screen.messages())[1].startswith("推报能做什么")
    assert await screen.run("document.getElementById('welcome').hidden && words.value === ''")
    await screen.press("开始")
    await screen.until("document.querySelector('#m2').innerText.includes('答：start')")
    assert len(await screen.messages()) == 2


async def test_the_conversation_is_still_there_after_a_reload(screen: Screen) -> None:
    await screen.write("/help", Keys.ENTER)
    await screen.until("document.querySelectorAll('.message').length === 2")
    before = await screen.messages()
    await screen.do(screen.driver.refresh)
    await screen.until("document.querySelectorAll('.message').length === 2")
    assert await screen.messages() == before


async def test_a_slash_opens_the_commands_and_keys_choose_one(screen: Screen) -> None:
    await screen.write("/")
    assert await screen.run("shown().map((option) => option.dataset.name)") == ["start", "help", "range"]
    assert await screen.run("words.ariaExpanded") == "true"
    await screen.write(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert await screen.run("words.getAttribute('aria-activedescendant')") == "command-range"
    await screen.write(Keys.ENTER)
    assert await screen.run("words.value") == "/range "  # it needs a day: the reader goes on writing
    await screen.write("昨天", Keys.ENTER)
    await screen.until("document.querySelectorAll('.message').length === 2")
    assert screen.host.requests[-1].arguments == "昨天"


async def test_the_menu_button_opens_and_closes_the_same_list(screen: Screen) -> None:
    for hidden in (False, True):
        await screen.do(screen.driver.find_element(By.ID, "commands").click)
        assert await screen.run("menu.hidden") is hidden


async def test_enter_that_ends_a_composition_sends_nothing(screen: Screen) -> None:
    await screen.write("ni hao")
    event = "new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })"
    assert await screen.run(f"words.dispatchEvent({event})") is True  # left to the input method
    assert await screen.run("words.value") == "ni hao"
    assert screen.host.requests == []


async def test_nothing_is_wider_than_a_phone(screen: Screen, tmp_path: Path) -> None:
    picture = tmp_path / "cloud.png"
    picture.write_bytes(b"not a picture")
    link = (*text(LONG), *citation_links([LONG]))
    wide = doc(
        heading("W" * 200, 1), Picture(str(picture), "词云" * 40), [Item("甲" * 90, link, 1), Item("x" * 300, ())]
    )
    keys = ((Button("很长的按钮" * 9, "c:help"), Button("B" * 64, "c:start"), Button("三", "c:range")),)
    for part in screen.platform.encode(Message(wide, keys)):
        await screen.platform.send("me", part)
    await screen.write(LONG, Keys.ENTER)
    await screen.until("document.querySelectorAll('.message').length === 3")
    widths = "[document.documentElement.scrollWidth, scroller.scrollWidth, innerWidth]"
    assert await screen.run(widths) == [390, 390, 390]
    inside = "[...document.querySelectorAll('#log *')].every((one) => one.getBoundingClientRect().right <= 390)"
    assert await screen.run(inside)
    assert all("/picture/1" in error for error in await screen.errors())  # the broken picture is meant


async def test_a_long_message_is_shown_from_its_start_and_later_ones_are_counted(screen: Screen) -> None:
    for words in ("长" * 3000, "第二条"):
        (part,) = screen.platform.encode(Message(doc(heading(words[:8], 1), paragraph(words))))
        await screen.platform.send("me", part)
        await screen.until(f"document.body.innerText.includes('{words[:8]}')")
    top = await screen.run("topOf(document.querySelector('#m1'))")
    assert 0 <= top < 120
    assert await screen.run("pill.hidden ? '' : pill.textContent") == "↓ 1 条新消息"
    await screen.do(screen.driver.find_element(By.ID, "pill").click)
    await screen.until("pill.hidden && isNearEnd()")


async def test_a_question_puts_its_command_into_the_box(screen: Screen) -> None:
    screen.host.answers["range"] = [Message(doc(paragraph("哪几天？")), prompt="range ai")]
    await screen.write("/range ", Keys.ENTER)
    await screen.until("words.value === '/range ai '")
    assert await screen.run("document.activeElement === words")
    await screen.write("昨天", Keys.ENTER)
    await screen.until("document.querySelectorAll('.message').length === 4")
    assert screen.host.requests[-1].arguments == "ai 昨天"


async def test_what_is_chosen_is_marked_and_sections_open(screen: Screen) -> None:
    keys = ((Button("✓ 简报", "c:help"), Button("全文", "c:start")),)
    (part,) = screen.platform.encode(
        Message(doc(paragraph("长短")), keys, more=(doc(heading("观点"), paragraph("一")),))
    )
    await screen.platform.send("me", part)
    await screen.until("document.querySelector('.chosen')")
    assert await screen.run("[...document.querySelectorAll('[aria-pressed=true]')].map((key) => key.textContent)") == [
        "✓ 简报"
    ]
    assert await screen.run("document.querySelector('.section p').checkVisibility()") is False
    await screen.run("document.querySelector('.section summary').click()")
    assert await screen.run("document.querySelector('.section p').checkVisibility()") is True


async def test_what_a_post_says_does_not_run(screen: Screen) -> None:
    hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    (part,) = screen.platform.encode(Message(doc(heading(hostile, 1)), ((Button(hostile[:40], "c:help"),),)))
    await screen.platform.send("me", part)
    await screen.write(hostile, Keys.ENTER)
    await screen.until("document.querySelectorAll('.message').length === 3")
    assert (await screen.messages())[0] == hostile
    assert await screen.run("document.title") == "推报"
    assert await screen.run("document.querySelectorAll('#log img, #log script').length") == 0
