"""The page that `tuibao preview` draws: what the platform's own encoder made, and nothing that acts or is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import AppSettings, Config
from bot.making import picture_path
from bot.platforms import PlatformName
from bot.platforms.telegram.encode import encode_message
from bot.preview import Look, make_page
from bot.preview.asking import Scene
from bot.preview.cleaning import clean
from bot.preview.discord import draw as draw_discord
from bot.preview.discord import encode_markdown
from bot.preview.telegram import draw as draw_telegram
from bot.preview.telegram import encode_entities
from bot.previewing import preview_page, read_wishes
from bot.store.tiny import TinyStore
from handlers.base import Message
from handlers.chats import ChatKind
from report.doc import Item, Quote, Span, citation_links, doc, heading, paragraph, text
from report.errors import InputError
from tests.bot.platforms.discord.reading import read_markdown
from tests.conversations.reports import NOW, TOPICS, invented
from tests.conversations.seeing import bare, read_html

KEY = "twitter_ai_20260327_20260327"
PLATFORMS: tuple[PlatformName, ...] = ("telegram", "discord", "local")
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> & "quoted" \u202e[x](javascript:1) **b** `c`'


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    async with await TinyStore.open(data, now=lambda: NOW) as store:
        for report in invented().values():
            await store.save_report(report)
    (data / "posts").mkdir()
    picture_path(data / "posts", KEY).write_bytes(b"\xff\xd8\xff\xe0 a cloud")
    return data


async def draw(folder: Path, platform: PlatformName, *sayings: str, **look: Any) -> str:
    config = Config(app=AppSettings(data_dir=folder), topics=tuple(TOPICS.values()))
    rich = look.pop("rich", False)
    return await make_page(config, KEY, sayings, Look(Scene(platform, **look), rich=rich), now=lambda: NOW)


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def is_harmless(html: str) -> bool:
    """No script, no handler, no address but of a link or a picture within the page."""
    for tag, attributes in Tags(html).tags:
        if tag in {"script", "iframe", "object", "form"} or any(name.startswith("on") for name in attributes):
            return False
        href, src = attributes.get("href") or "https://", attributes.get("src") or "data:"
        if not (href.startswith(("https://", "http://")) and src.startswith("data:")):
            return False
    return True


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_brief_is_drawn_whole_in_one_harmless_file(folder: Path, platform: PlatformName) -> None:
    html = await draw(folder, platform)
    words = bare(read_html(html))
    for section in invented()[KEY].sections[:2]:
        assert all(bare(point.text) in words for point in section.points)
    assert "data:image/jpeg;base64," in html
    assert is_harmless(html)
    assert "<script" not in html
    assert "http-equiv" in html


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_each_saying_is_answered_by_the_handlers(folder: Path, platform: PlatformName) -> None:
    html = await draw(folder, platform, "/sentiment", f"s:finance:{KEY}", "/brief 3月37日", "/nonsense")
    words = bare(read_html(html))
    for said in ("我的智能体也要倒班了", "分歧在价格", "3月没有37日", "没有/nonsense这个命令"):
        assert bare(said) in words


async def test_a_preview_changes_nothing_and_needs_no_lock(folder: Path) -> None:
    async with await TinyStore.open(folder, now=lambda: NOW):  # the bot runs
        before = snapshot(folder)
        html = await draw(folder, "telegram", "/subscribe", "/unsubscribe", "/range 2026-03-26 2026-03-27")
        assert snapshot(folder) == before
    assert "退订" in html


async def test_a_key_that_is_not_stored_is_answered_with_those_that_are(folder: Path) -> None:
    config = Config(app=AppSettings(data_dir=folder), topics=tuple(TOPICS.values()))
    with pytest.raises(InputError, match=r"no report twitter_x_20200101_20200101; there are twitter_\w+, .*20260325"):
        await make_page(config, "twitter_x_20200101_20200101", (), Look(Scene("local")), now=lambda: NOW)


async def test_an_empty_folder_and_a_saying_that_is_none_are_sentences(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing is stored in"):
        await draw(tmp_path / "nowhere", "local")
    with pytest.raises(InputError, match="neither a command"):
        await draw(folder, "local", "hello")


@pytest.mark.parametrize(
    ("given", "said"), [(["length=huge"], "length"), (["colour=red"], "there are length, sections")]
)
def test_a_wish_that_there_is_not_is_a_sentence(given: Sequence[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_wishes(given)


async def test_the_command_writes_the_page_from_a_folder_without_a_configuration(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    kind: ChatKind = "channel"
    written = await preview_page(
        KEY,
        [],
        platform="telegram",
        kind=kind,
        language="zh",
        rich=False,
        wishes=["cloud=no"],
        out=out,
        data_dir=folder,
        config=tmp_path / "no.toml",
        environ={},
    )
    html = await asyncio.to_thread(written.read_text, encoding="utf-8")
    assert written == out
    assert "t.me/TuibaoBot?start=sources-" in html


async def test_in_a_group_discord_answers_a_press_for_one_reader_alone(folder: Path) -> None:
    html = await draw(folder, "discord", "/brief", f"s:finance:{KEY}", kind="group")
    assert html.count("只有你能看到") == 1


def test_every_entity_of_a_classic_message_is_drawn() -> None:
    message = Message(
        doc(
            heading("题目", 1),
            [Item("标题🙂", (*text("正文"), *citation_links(["https://x.com/a/status/1"])), 1)],
            paragraph("看 /help"),
            Quote((text("一"), text("二"))),
        )
    )
    (part,) = encode_message(message)
    html = str(draw_telegram(part, "private")["html"])
    for expected in (
        "<b>题目</b>",
        "<b>1. 标题🙂</b>",
        '<a href="https://x.com/a/status/1">¹</a>',
        "<code>/help</code>",
    ):
        assert expected in html
    assert '<label class="quote">' in html


def test_a_rich_message_keeps_its_details_and_its_picture_and_nothing_that_acts(tmp_path: Path) -> None:
    cloud = tmp_path / "cloud.png"
    cloud.write_bytes(b"\x89PNG")
    html = '<h3>题</h3><figure><img src="tg://photo?id=p1"/></figure>'
    html += '<details><summary>折</summary><p onclick="x">开</p></details><a href="javascript:1">坏</a>'
    html += '<script>alert(1)</script><iframe src="https://x"></iframe><ol start="3"><li>三</ol>'
    part = {"method": "sendRichMessage", "html": html, "pictures": {"p1": str(cloud)}}
    drawn = str(draw_telegram(part, "private")["html"])
    assert "<details><summary>折</summary><p>开</p></details>" in drawn
    assert 'src="data:image/png;base64,' in drawn
    assert '<ol start="3"><li>三</li></ol>' in drawn
    assert is_harmless(drawn)


def test_a_thread_hangs_under_its_message() -> None:
    drawn = draw_discord({"thread": {"name": "AI｜3 月 27 日"}})
    assert drawn["thread"] == "AI｜3 月 27 日"
    assert draw_discord({"inside": 1, "content": "观点"})["inside"]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_a_post_says_does_not_act(tmp_path: Path, platform: PlatformName) -> None:
    report = invented()[KEY]
    hostile = report.sections[1].points[0].model_copy(update={"headline": HOSTILE[:60], "text": HOSTILE})
    core = report.sections[1].model_copy(update={"points": (hostile,)})
    changed = report.model_copy(update={"sections": (report.sections[0], core)})
    async with await TinyStore.open(tmp_path / "data", now=lambda: NOW) as store:
        await store.save_report(changed)
    html = await draw(tmp_path / "data", platform)
    assert is_harmless(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html or "&lt;script&gt;" in html


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40), st.sampled_from(["bold", "code", "x"]))),
)
def test_entities_lose_and_add_no_character(words: str, places: list[tuple[int, int, str]]) -> None:
    entities = [{"type": kind, "offset": start, "length": length} for start, length, kind in places]
    html = str(encode_entities(words, entities))
    assert read_html(html.replace("\r", "&#13;")).replace("\n", "") == words.replace("\n", "")


@given(st.text(alphabet="ab*_~`\\[](){}<>:/#-> \nhttps.", max_size=60))
def test_markdown_is_drawn_as_its_readers_see_it_or_left_as_written(source: str) -> None:
    html = str(encode_markdown(source))
    assert is_harmless(html)
    assert len(read_html(html)) <= len(source) + source.count("\n") + html.count("<div")


@pytest.mark.parametrize(
    "source",
    [
        "**1\\. 标题**\n正文 [¹](https://x.com/a/status/1)",
        "-# 小字\n> 引用 **粗**\n> 二",
        "~~旧~~ *斜* `/help` \\*不是\\* \\@everyone",
        "[看](<https://example.com/a_b>) <https://example.com>",
        "• **甲**：乙",
    ],
)
def test_markdown_reads_the_same_in_the_page_and_in_discord(source: str) -> None:
    assert bare(read_html(str(encode_markdown(source)))) == bare(read_markdown(source).text)


@given(st.text(alphabet="<>/\"'= abp&;:", max_size=60))
def test_cleaned_html_is_harmless_and_closed(html: str) -> None:
    cleaned = str(clean(html, {}))
    assert is_harmless(cleaned)
    assert str(clean(cleaned, {})) == cleaned


def test_a_styled_word_is_drawn_in_each_style() -> None:
    spans = (Span("旧", strike=True), Span("新", bold=True, italic=True))
    (part,) = encode_message(Message(doc(paragraph(""), Quote((spans,)))))
    assert "<s>旧</s>" in str(draw_telegram(part, "private")["html"])
