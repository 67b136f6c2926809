"""What the golden conversations find on a platform, and what they rightly let pass."""

from __future__ import annotations

from handlers.base import Button, Message
from report.doc import Heading, Item, Note, Picture, Quote, Span, citation_links, doc, heading, paragraph, text
from tests.conversations.seeing import Seen, differences, left_standing, read_html, see_discord

BRIEF = Message(
    doc(
        heading("推报 · AI｜3 月 27 日", 1),
        Picture("cloud.jpg", "词云图"),
        paragraph("读了 118 条，留下 58 条。两条在下面 ↓"),
        [Item("Halden 推迟", (*text("6 月交货。"), *citation_links(["https://x.com/a/status/1"])), 1)],
        [Item("澄海半价", text("夜里五折。"), 2)],
        Heading((Span("与昨日相比（帖子数）"),), 2),
        Quote((text("新出现　高峰价 0 → 6；误诊 0 → 3"),)),
        Note(text("收集 118 条")),
    ),
    (
        (Button("详细", "s:detail:K", opens="more"), Button("来源", "s:sources:K")),
        (Button("每天送到私聊", "c:subscribe ai", private=True),),
    ),
    more=(doc(heading("与昨日相比"), [Item("高峰价", text("0 → 6 条。"))]),),
)
WORDS = [
    "推报 · AI｜3 月 27 日\n读了 118 条，留下 58 条。两条在下面 ↓",
    "1. Halden 推迟\n6 月交货。 ¹\n\n2. 澄海半价\n夜里五折。",
    "与昨日相比（帖子数）\n新出现　高峰价 0 → 6；误诊 0 → 3\n收集 118 条",
]
KEYS = [("详细", "s:detail:K"), ("来源", "s:sources:K")]


def test_the_same_words_in_the_platform_s_own_layout_are_the_same() -> None:
    assert differences([BRIEF], Seen(WORDS, KEYS), "private") == []
    newspaper = ["推报 · AI　读了 118 条，留下 58 条。", "AI｜3 月 27 日", *WORDS[1:]]
    assert differences([BRIEF], Seen(newspaper, KEYS), "private") == []
    folded = [*WORDS[:2], "收集 118 条", "与昨日相比\n• 高峰价：0 → 6 条。", "词云图"]
    assert differences([BRIEF], Seen(folded, KEYS[1:]), "private") == []
    parted = [WORDS[0] + "（1/2）", WORDS[1] + " (2/2)", WORDS[2]]
    assert differences([BRIEF], Seen(parted, KEYS), "private") == []


def test_a_lost_word_is_found() -> None:
    (found,) = differences([BRIEF], Seen([WORDS[0], WORDS[1].replace("五折", ""), WORDS[2]], KEYS), "private")[:1]
    assert found.startswith("not seen: ")
    assert differences([BRIEF], Seen(WORDS[:2], KEYS), "private") == ["not seen: 收集 118 条"]


def test_a_word_that_nobody_said_is_found() -> None:
    assert differences([BRIEF], Seen([*WORDS, "广告"], KEYS), "private") == ["seen, but not said: 广告"]
    assert differences([BRIEF], Seen([*WORDS, WORDS[1]], KEYS), "private")


def test_buttons_are_left_out_by_rule_only() -> None:
    assert differences([BRIEF], Seen(WORDS, KEYS[:1]), "private") == ["no button [来源]"]
    assert differences([BRIEF], Seen(WORDS, []), "channel") == []
    link = ("详细", "https://t.me/Bot?start=detail-K")
    assert differences([BRIEF], Seen(WORDS, [link]), "channel") == []
    foreign = [*KEYS, ("买", "c:buy")]
    assert differences([BRIEF], Seen(WORDS, foreign), "private") == ["a button that nobody offered: [买] c:buy"]
    wrong = [KEYS[0], ("来源", "s:cloud:K")]
    assert len(differences([BRIEF], Seen(WORDS, wrong), "private")) == 2


def test_a_draft_and_what_was_updated_are_not_seen_at_the_end() -> None:
    draft, half, whole = (Message(doc(paragraph(words)), draft=words == "…") for words in ("…", "一半", "全部"))
    updated = Message(whole.doc, update=True)
    assert left_standing([draft, half, updated, whole]) == [updated, whole]


def test_html_and_markdown_are_read_as_their_readers_see_them() -> None:
    html = "<h3>题</h3><ol><li><b>一</b>：x&lt;y</li><li value=5>五</li></ol>"
    html += "<details><summary>折</summary><p>开</p></details>"
    assert read_html(html, numbered=True).split() == ["题", "1.", "一：x<y", "5.", "五", "折", "开"]
    seen = see_discord(
        {
            "content": "**推报**",
            "embeds": [
                {
                    "title": "AI\\*",
                    "description": "[¹](https://x.com/a)",
                    "fields": [{"name": "新", "value": "0 → 6"}],
                    "footer": {"text": "账"},
                }
            ],
            "components": [{"type": 1, "components": [{"type": 2, "label": "详细", "custom_id": "s:detail:K"}]}],
        }
    )
    assert seen == Seen(["推报", "AI*", "¹", "新", "0 → 6", "账"], [("详细", "s:detail:K")])
