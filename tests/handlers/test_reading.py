"""What a chat wishes of a brief: marked, muted, short, whole; in its language."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.base import Message
from handlers.chats import Subscription, Wishes
from handlers.presentation import present_brief, present_sources
from handlers.words import EN, ZH, Words
from report.doc import Heading, Item, Picture, plain_block
from report.model import ENGLISH_HEADINGS, Counted, Edition, Language, Point, Report, Section
from tests.handlers.fakes import NOW, TOPICS, Conversation, MemoryStore, make_report, point
from tests.handlers.leftovers import HAN


def told(report: Report, core: dict[int, Point]) -> Report:
    """The report with other points in some places of its ten."""
    sections = []
    for section in report.sections:
        if section.kind == "core":
            points = tuple(core.get(number, each) for number, each in enumerate(section.points, 1))
            section = section.model_copy(update={"points": points})  # noqa: PLW2901  a frozen value, made anew
        sections.append(section)
    return report.model_copy(update={"sections": tuple(sections)})


REPORT = told(
    make_report(),
    {
        1: point(1, headline="Claude 收紧限额", text="每周总额不变。"),
        2: point(2, headline="OpenAI 砍掉三个产品", text="同一天 claude 也变了。"),
        3: point(3, headline="ＣｈａｔＧＰＴ 可导入记忆", text="谷歌做的。"),
        4: point(4, headline="大模型开源", text="权重放出。"),
    },
)


def brief(report: Report = REPORT, *, words: Words = ZH, cloud: str | None = None, **wishes: object) -> Message:
    held = Wishes.model_validate(wishes)
    around = ("twitter_ai_20260106_20260106", "twitter_ai_20260108_20260108")
    return present_brief(report, TOPICS["ai"], picture=cloud, around=around, now=NOW, words=words, wishes=held)


def said(message: Message) -> str:
    return "\n".join(map(plain_block, message.doc.blocks))


def numbers(message: Message) -> list[int | None]:
    return [block.number for block in message.doc.blocks if isinstance(block, Item)]


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


def test_a_keyword_is_starred_and_named_under_the_headline() -> None:
    lines = said(brief(highlight=("Claude", "GPT", "大模型"))).splitlines()
    assert lines[1:5] == [
        "Claude 收紧限额，OpenAI 砍掉三个产品",
        "★ 你关注的「Claude」：第 1、2 条",
        "★ 你关注的「大模型」：第 4 条",
        "这是第 1 件事的经过。 ¹",
    ]
    assert [line[:6] for line in lines if line.startswith(("1. ★", "2. ★", "3. ★", "4. ★"))] == [
        "1. ★ C", "2. ★ O", "4. ★ 大",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keyword", "found"),
    [
        ("chatgpt", [3]),
        ("ＣＬＡＵＤＥ", [1, 2]),
        ("GPT", []),
        ("laude", []),
        ("模型", [4]),
        ("OpenAI 砍掉", [2]),
        (".*", []),
    ],
)
def test_a_latin_keyword_is_a_whole_word_in_any_case_and_width(keyword: str, found: list[int]) -> None:
    starred = [
        block.number
        for block in brief(highlight=(keyword,)).doc.blocks
        if isinstance(block, Item) and block.headline.startswith("★ ")
    ]
    assert starred == found


def test_what_is_muted_is_nowhere_and_the_others_keep_their_numbers() -> None:
    message = brief(mute=("claude",))
    assert numbers(message) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert "laude" not in said(message).replace("按静音词", "")
    assert said(message).splitlines()[1] == "ＣｈａｔＧＰＴ 可导入记忆，大模型开源"
    assert "按静音词略去 2 条" in said(message)
    assert "Claude" in present_sources(REPORT, TOPICS["ai"], NOW, 1).doc.plain()


def test_a_muted_section_is_gone_with_its_button_and_its_page() -> None:
    report = make_report(kinds=("views", "ai"))
    muted = report.model_copy(
        update={
            "sections": tuple(
                each.model_copy(update={"points": (point(1, "ai", text="说的是 Tern。"),)})
                if each.kind == "ai"
                else each
                for each in report.sections
            )
        }
    )
    message = brief(muted, mute=("tern",))
    assert [plain_block(each.blocks[0]) for each in message.more] == ["重要观点与见解"]
    assert "AI" not in list(chain.from_iterable(labels(message)))


@given(st.lists(st.text(max_size=12), max_size=4), st.lists(st.text(max_size=12), max_size=4))
def test_no_keyword_breaks_a_brief_or_changes_a_number(highlight: list[str], mute: list[str]) -> None:
    kept = numbers(brief(highlight=tuple(filter(None, highlight)), mute=tuple(filter(None, mute))))
    assert set(kept) <= set(range(1, 11))
    assert kept == sorted(kept, key=lambda number: number or 0)


def test_a_short_brief_is_headlines_with_links_and_leads_to_the_whole() -> None:
    message = brief(length="headline", cloud="/cloud.jpg")
    items = [block for block in message.doc.blocks if isinstance(block, Item)]
    assert [item.number for item in items] == list(range(1, 11))
    assert all(item.spans[-1].url for item in items)
    assert "每周总额不变" not in said(message)
    assert message.more == ()
    assert message.doc.picture is None
    assert labels(message)[:2] == [["简报"], ["‹ 1 月 6 日", "词云", "来源", "设置", "1 月 8 日 ›"]]
    assert not any(button.opens for row in message.buttons for button in row)


def test_a_whole_brief_holds_its_sections_and_needs_no_buttons_for_them() -> None:
    folding = brief(length="full", sections=("views", "sentiment"))
    assert [plain_block(each.blocks[0]) for each in folding.more] == ["重要观点与见解", "市场情绪"]
    message = folding.flattened()
    headings = [plain_block(b) for b in message.doc.blocks if isinstance(b, Heading) and b.level == 2]
    assert headings == ["今日十条", "重要观点与见解", "市场情绪"]
    assert message.more == ()
    assert labels(message) == [["‹ 1 月 6 日", "来源", "设置", "1 月 8 日 ›"], ["每天送到私聊"]]


def test_sections_that_are_not_wanted_are_left_out_with_their_buttons() -> None:
    message = brief(sections=("ai",))
    assert [plain_block(each.blocks[0]) for each in message.more] == ["人工智能"]
    assert labels(message)[0] == ["AI"]
    assert "与昨日相比" not in said(message)


def test_every_section_below_the_brief_begins_with_its_heading() -> None:
    message = brief()
    first = [each.blocks[0] for each in message.more]
    assert all(isinstance(block, Heading) and block.level == 2 for block in first)
    assert [plain_block(block) for block in first] == [
        "与昨日相比", "重要观点与见解", "关键事件与发展", "市场观察", "人工智能", "市场情绪",
    ]  # fmt: skip
    assert not any(isinstance(b, Heading) and b.level < 3 for each in message.more for b in each.blocks[1:])


@pytest.mark.parametrize(
    ("path", "wishes", "opens"),
    [("/c.jpg", Wishes(), ["picture"]), ("/c.jpg", Wishes(cloud=False), [""]), (None, Wishes(), [])],
)
def test_the_cloud_s_button_is_there_whenever_there_is_a_cloud(
    path: str | None, wishes: Wishes, opens: list[str]
) -> None:
    message = present_brief(REPORT, TOPICS["ai"], picture=path, around=("", ""), now=NOW, wishes=wishes)
    assert [button.opens for row in message.buttons for button in row if button.label == "词云"] == opens
    assert isinstance(message.doc.picture, Picture) is (opens == ["picture"])


@pytest.mark.parametrize("length", ["headline", "brief", "full"])
def test_no_row_is_longer_than_discord_takes(length: str) -> None:
    rows = brief(length=length, cloud="/c.jpg").buttons
    assert len(rows) <= 5
    assert all(len(row) <= 5 for row in rows)


def test_a_thread_is_asked_for_where_it_is_wished() -> None:
    assert brief(thread=True).thread
    assert not brief().thread


def test_a_button_leads_into_the_private_chat_from_a_row_of_its_own() -> None:
    (last,) = brief().buttons[-1]
    assert (last.label, last.action, last.private) == ("每天送到私聊", "c:subscribe ai", True)


def english(report: Report) -> Report:
    """With an English edition, which has no changes: those are counted."""
    sections = []
    for section in report.sections:
        if section.kind not in {"changes", "noise"}:
            points = tuple(
                each.model_copy(update={"headline": f"Thing {n}", "text": f"This is how thing {n} went."})
                for n, each in enumerate(section.points, 1)
            )
            heading = ENGLISH_HEADINGS[section.kind]
            sections.append(section.model_copy(update={"heading": heading, "points": points}))
    return report.model_copy(update={"editions": (Edition(language="en", sections=tuple(sections)),)})


def with_counts(report: Report) -> Report:
    counted = Counted(by="tern", before=(), now=("1", "2", "3", "4"))
    theme = point(1, "changes", headline="Tern-3", text="0 → 4 条。澄海智能都谈到。", counted=counted)
    group = Section(kind="changes", heading="新出现", points=(theme,))
    changes = Section(kind="changes", heading="与昨日相比", intro="前一日采用 9 条。", children=(group,))
    noise = Section(kind="noise", heading="广告与噪声", intro="收集 124 条，去掉 65 条。")
    kept = [section for section in report.sections if section.kind != "changes"]
    return report.model_copy(update={"sections": (*kept, changes, noise)})


def test_an_english_reader_of_an_english_edition_gets_no_chinese() -> None:
    report = english(with_counts(make_report()))
    sources = tuple(source.model_copy(update={"name": "Ada"}) for source in report.sources)
    message = brief(report.model_copy(update={"sources": sources}), words=EN, cloud="/c.jpg")
    shown = "\n".join([said(message), *(plain_block(b) for each in message.more for b in each.blocks)])
    assert HAN.findall(shown.replace("：", "")) == []
    assert HAN.findall(" ".join(list(chain.from_iterable(labels(message))))) == []
    assert shown.splitlines()[:2] == ["Tuibao · AI | 7 January (Wed)", "Thing 1; Thing 2"]
    assert "Read 124 posts, dropped 65, kept 59. Today's ten are below ↓" in shown
    assert "New: Tern-3 0 → 4" in shown
    assert "0 → 4 posts. Among those who mention it: Ada." in shown
    assert "Collected 124 posts, dropped 65: ads 22, off-topic 24, empty 17, copies 2." in shown


def test_without_an_english_edition_chinese_stands_in_an_english_frame() -> None:
    lines = said(brief(make_report(), words=EN)).splitlines()
    assert lines[0] == "Tuibao · AI | 7 January (Wed)"
    assert "1. 第 1 件事：这是第 1 件事的经过。 ¹" in lines


def test_a_keyword_is_found_in_either_language_of_a_report() -> None:
    report = english(REPORT)
    assert "★ Claude, which you follow: 1, 2" in said(brief(report, words=EN, highlight=("Claude",)))
    assert numbers(brief(report, words=EN, mute=("大模型",))) == [1, 2, 3, 5, 6, 7, 8, 9, 10]


def test_points_without_english_leave_gaps_in_the_numbers() -> None:
    report = english(REPORT)
    (edition,) = report.editions
    core = next(section for section in edition.sections if section.kind == "core")
    cut = core.model_copy(update={"points": core.points[2:]})
    sections = tuple(cut if section.kind == "core" else section for section in edition.sections)
    report = report.model_copy(update={"editions": (edition.model_copy(update={"sections": sections}),)})
    assert numbers(brief(report, words=EN)) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert present_sources(report, TOPICS["ai"], NOW, 3, words=EN).doc.plain().splitlines()[1].startswith("3. Thing 3")


@pytest.mark.parametrize(
    ("note", "language", "shown"),
    [
        (
            "模型预算不够再问一次：本份报告的上限是 0.05 美元；要多用，调高 llm.report_budget_usd",
            "zh",
            "上限是 0.05 美元。",
        ),
        (
            "这份报告是离线写的，没有用模型。模型用不了。",
            "en",
            "This report was written offline, without a language model.",
        ),
        (
            "有 40 条帖子模型没有读到，报告里缺它们：超时",
            "en",
            "The model did not get to 40 posts; they are missing here.",
        ),
        ("模型预算不够再问一次：上限；要多用，调高 llm.report_budget_usd", "en", "a few points may be missing."),
    ],
)
def test_a_note_tells_a_reader_what_happened_and_names_no_key(note: str, language: Language, shown: str) -> None:
    report = make_report()
    report = report.model_copy(update={"ledger": report.ledger.model_copy(update={"notes": (note,)})})
    text = said(brief(report, words=EN if language == "en" else ZH))
    assert shown in text
    assert "llm." not in text


async def test_a_reader_s_own_brief_heeds_what_his_chat_follows_and_mutes() -> None:
    talk = Conversation(MemoryStore({REPORT.key: REPORT}))
    wishes = Wishes(length="headline", highlight=("Claude",), mute=("大模型",))
    talk.store.held.append(Subscription(chat="telegram:55", topic="ai", wishes=wishes, created_at=NOW))
    text = await talk.text("/brief")
    assert "★ 你关注的「Claude」：第 1、2 条" in text
    assert "按静音词略去 1 条" in text
    assert "每周总额不变" in text
