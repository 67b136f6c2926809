"""Nothing that a post says becomes markup, and nothing of it is lost."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.local.markup import DIGITS, encode_html
from report.doc import (
    SUPERSCRIPTS,
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    citation_links,
    code,
    doc,
    heading,
    paragraph,
    text,
)

ALLOWED = {
    "h2": set(),
    "h3": set(),
    "h4": set(),
    "p": {"class"},
    "ol": {"class"},
    "ul": {"class"},
    "li": set(),
    "span": {"class"},
    "div": {"class"},
    "blockquote": set(),
    "details": set(),
    "summary": set(),
    "b": set(),
    "i": set(),
    "s": set(),
    "code": set(),
    "a": {"class", "href", "target", "rel", "aria-label"},
}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</p></div><iframe src=//evil>",
    "&lt;b&gt; &amp;amp; &#x3c;",
    "{{ 7*7 }} {% raw %} {0} {} %s",
    "<!-- --><![CDATA[ ]]>",
    "a\x00b\r\n\tc \u202e \ud800",
]
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
urls = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "https://x.com/a/status/1?a=1&b=\"'<>",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " https://x.com",
            "https://x.com/a b",
            "data:text/html,<script>",
            "//evil.example",
            "http://[",
        ]
    ),
    st.text(max_size=20),
)
flags = st.booleans()
spans = st.lists(
    st.one_of(
        st.builds(Span, words, flags, flags, flags, flags, urls),
        st.just(Span(" ")),
        st.builds(Span, st.sampled_from("¹²³⁴⁵"), url=urls),
    ),
    max_size=5,
).map(tuple)
blocks = st.one_of(
    st.builds(Heading, spans, st.integers(-1, 9)),
    st.builds(Paragraph, spans),
    st.builds(Item, words, spans, st.one_of(st.none(), st.integers(0, 99))),
    st.builds(Quote, st.lists(spans, max_size=5).map(tuple)),
    st.builds(Note, spans),
    st.builds(Picture, words, words),
)
docs = st.lists(blocks, max_size=8).map(lambda found: Doc(tuple(found)))


class Reading(HTMLParser):
    """The tags, attributes and text of what it is fed; every tag must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(str(html))  # a Markup would escape what is added to it
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def level(words: str) -> str:
    """The same words, whichever way a citation's number and the space before it are written."""
    return words.translate(DIGITS).replace("\xa0", " ")


@given(docs)
def test_any_document_stays_within_the_allowed_tags_and_keeps_its_words(document: Doc) -> None:
    reading = Reading(encode_html(document))
    assert reading.open == []
    for tag, attributes in reading.tags:
        assert set(attributes) <= ALLOWED[tag]
        if tag == "a":
            assert (attributes["href"] or "").lower().startswith(("http://", "https://"))
            assert attributes["rel"] == "noopener noreferrer"
            assert attributes["target"] == "_blank"
    assert level(reading.words) == level(document.plain())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_words_in_every_block(hostile: str) -> None:
    raw = (Span(hostile),)
    every: tuple[Block, ...] = (
        Heading(raw, 1),
        Paragraph((Span(hostile, code=True),)),
        Item(hostile, raw, 1),
        Quote((raw,)),
        Note((Span(hostile, url="https://x.com/1"),)),
    )
    for block in every:
        tags = {tag for tag, _ in Reading(encode_html(Doc((block,)))).tags}
        assert not tags & {"script", "img", "iframe"}
        assert hostile in Reading(encode_html(Doc((block,)))).words


@pytest.mark.parametrize(
    ("document", "html"),
    [
        pytest.param(
            doc(heading("推报", 1), heading("今日十条", 3)), "<h2>推报</h2>\n<h4>今日十条</h4>", id="headings"
        ),
        pytest.param(
            doc(Item("甲", text("乙"), 1), Item("丙", (), 2)),
            '<ol class="items"><li><span class="mark">1. </span><b>甲</b><span class="colon">：</span>乙</li>\n'
            '<li><span class="mark">2. </span><b>丙</b></li></ol>',
            id="numbered",
        ),
        pytest.param(
            doc(Item("", text("乙")), paragraph("丙")),
            '<ul class="items"><li><span class="mark">• </span>乙</li></ul>\n<p>丙</p>',
            id="bullet",
        ),
        pytest.param(
            doc(Paragraph((*text("甲。"), *citation_links(["https://x.com/a/status/1"])))),
            '<p>甲。&nbsp;<a class="cite" href="https://x.com/a/status/1" target="_blank" '
            'rel="noopener noreferrer" aria-label="[1]">1</a></p>',
            id="citation",
        ),
        pytest.param(
            doc(Paragraph((Span("a", bold=True, italic=True), Span("b", strike=True), *code("/help")))),
            "<p><b><i>a</i></b><s>b</s><code>/help</code></p>",
            id="styles",
        ),
        pytest.param(
            doc(Quote((text("短"),))), '<blockquote><div class="line">短</div></blockquote>', id="short quote is open"
        ),
        pytest.param(
            doc(Quote(tuple(text(line) for line in "一二三四"))),
            '<details><summary><div class="line">一</div></summary>\n<div class="line">二</div>\n'
            '<div class="line">三</div>\n<div class="line">四</div></details>',
            id="long quote is folded",
        ),
        pytest.param(doc(Picture("/a.jpg", "云"), Note(text("小字"))), '<p class="note">小字</p>', id="picture apart"),
    ],
)
def test_each_block_has_its_shape(document: Doc, html: str) -> None:
    assert encode_html(document) == html


def test_a_citations_digits_can_be_read_back() -> None:
    assert "0123456789".translate(SUPERSCRIPTS).translate(DIGITS) == "0123456789"
