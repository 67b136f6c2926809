"""Whatever a post says, a Discord reader sees those words and nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.discord.markdown import encode_spans, encode_url, escape, printable
from report.doc import Span
from tests.bot.platforms.discord.reading import read_markdown

HOSTILE = (
    "*粗* **bold** __under__ ~~strike~~ ||spoiler|| `code` ```py\nblock```",
    "_emphasis_ snake_case_name *a* a*b*c",
    "[click](https://evil.example) ![x](https://evil.example/x.png) [a](<https://b.example>)",
    "<@123> <@!123> <@&4> <#55> <id:guide> </help:1234> <t:1700000000:R> <:smile:1> <a:x:2>",
    "@everyone @here user@example.com",
    ":smile: :+1: 12:30 a:b:c ::",
    "# Title\n## Two\n### Three\n-# small\n> quote\n>>> all\n- item\n* item\n1. one\n  12. twelve",
    "https://x.com/a_b/status/1?x=*y* http://a.example <https://c.example> steam://run/1 discord.gg/abc",
    "\\*already\\* C:\\Users\\x\\",
    "¯\\_(ツ)_/¯ -> => <3 >_< 5 > 3",
    "12",
    ". x",
    "1. 第一",
    "…",
    "- ",
    "**",
    "```",
    "[¹](https://x.com/a/status/1)",
    "discord.com/invite/abc discordapp.com/invite/abc",
)
words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text("*_~`|[]()<>#-+.:@!\\/ \n12ab中。", max_size=30),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map(" ".join),
    st.text(max_size=20),
)
addresses = st.sampled_from(
    (
        "https://x.com/a_b/status/1",
        "https://en.wikipedia.org/wiki/A_(b)",
        "https://a.example/?q=[x]*y* z",
        "http://a.b/\\|~",
    )
)
styled = st.builds(Span, words, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.none() | addresses)


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_read_as_themselves(said: str) -> None:
    seen = read_markdown(escape(said))
    assert (seen.text, seen.links, seen.made) == (said, [], set())


@settings(deadline=None)
@given(words)
def test_any_words_read_as_themselves(said: str) -> None:
    seen = read_markdown(escape(said))
    assert (seen.text, seen.links, seen.made) == (printable(said).replace("\u200b", ""), [], set())


@settings(deadline=None)
@given(st.lists(styled.filter(lambda span: span.url is None), max_size=5))
def test_styles_add_nothing_but_themselves(spans: list[Span]) -> None:
    seen = read_markdown(encode_spans(tuple(spans)))
    assert seen.text == "".join(printable(span.text) for span in spans).replace("\u200b", "")
    assert seen.links == []
    styles = ("bold", "italic", "strike", "code")
    assert seen.made <= {style for style in styles if any(getattr(span, style) for span in spans)}


@settings(deadline=None)
@given(st.lists(st.tuples(words, addresses), min_size=1, max_size=4), st.booleans())
def test_links_lead_where_the_span_says(told: list[tuple[str, str]], quiet: bool) -> None:
    spans = tuple(Span(said, url=url) for said, url in told)
    seen = read_markdown(encode_spans(spans, quiet=quiet))
    assert seen.made == set()
    assert {url for _, url in seen.links} <= {encode_url(url) for _, url in told}


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ((Span("¹", url="https://x.com/a/status/1"),), "[¹](https://x.com/a/status/1)"),
        ((Span("维基", url="https://e.org/A_(b)"),), "[维基](https://e.org/A_%28b%29)"),
        ((Span("坏", url="javascript:alert(1)"),), "坏"),
        ((Span("@sama", code=True), Span(" 说")), "`@sama` 说"),
        ((Span("a`b", code=True),), "a\\`b"),
        ((Span("甲 ", bold=True), Span("乙", bold=True)), "**甲 乙**"),
        ((Span("甲", bold=True), Span("乙", italic=True)), "**甲**\u200b*乙*"),
        ((Span("前 ", bold=True), Span("后")), "**前** 后"),
        ((Span("https://a.example/x", url="https://a.example/x"),), "https://a.example/x"),
        ((Span("https://bank.example", url="https://evil.example"),), "[bank.example](https://evil.example)"),
    ],
)
def test_spans_as_markdown(spans: tuple[Span, ...], expected: str) -> None:
    assert encode_spans(spans) == expected


def test_a_quiet_link_shows_no_preview() -> None:
    assert encode_spans((Span("¹", url="https://x.com/1"),), quiet=True) == "[¹](<https://x.com/1>)"


def test_an_address_that_is_too_long_is_no_link() -> None:
    assert encode_spans((Span("长", url="https://a.example/" + "x" * 2000),)) == "长"


def test_words_before_an_address_stay_in_a_link() -> None:
    assert encode_spans((Span("见https://a.example", url="https://b.example"),)) == "[见a.example](https://b.example)"


def test_words_do_not_turn_around_what_follows_them() -> None:
    assert encode_spans((Span("a\u202eb\u2066c"), Span("后"))) == "abc后"
