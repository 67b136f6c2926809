"""/ledger as an admin reads it: what went where, what it cost, and how a dropped post comes back."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.actions import MAX_ACTION_BYTES, read_action
from handlers.admin.ledger_pages import PAGE
from handlers.base import Message
from report.doc import Item
from report.model import Checked, DropKind, Dropped, FailedSource, Ledger, ModelCost, Report, Topic, XCost, report_key
from tests.handlers.fakes import TOPICS, Conversation, MemoryStore, make_report

REASONS: dict[DropKind, str] = {
    "ad": "抽奖",
    "off_topic": "没有提到话题",
    "empty": "只有链接",
    "copy": "与前一条相同",
}


def dropped(number: int, kind: DropKind) -> Dropped:
    return Dropped(id=f"{2008800000000000000 + number}", author=f"who{number}", kind=kind, reason=REASONS[kind])


def counted(report: Report, **counts: int) -> Report:
    """The report with so many dropped posts of each kind and something to say in every part of its ledger."""
    rows: list[Dropped] = []
    for kind in REASONS:
        rows += [dropped(len(rows) + n, kind) for n in range(1, counts.get(kind, 0) + 1)]
    ledger = Ledger(
        collected=len(rows) + 59,
        used=59,
        ads=counts.get("ad", 0),
        off_topic=counts.get("off_topic", 0),
        empty=counts.get("empty", 0),
        copies=counts.get("copy", 0),
        dropped=tuple(rows),
        used_ids=("2008700000000000001",),
        failed_sources=(FailedSource(name="rss:https://feed.example/ai.xml", reason="HTTP 503"),),
        notes=("有 40 条帖子模型没有读到",),
        checked=Checked(points=68, sent_back=3, refused=1, faults=("「涨 19%」：帖子里是 9%",)),
        model=ModelCost(calls=2, tokens_in=12034, tokens_out=3000, usd=0.0087),
        x=XCost(posts=124, users=60, usd=0.62),
    )
    return report.model_copy(update={"ledger": ledger, "revision": 2})


@pytest.fixture
def talk() -> Conversation:
    report = counted(make_report(7), ad=22, off_topic=24, empty=17, copy=2)
    return Conversation(MemoryStore({report.key: report, make_report(6).key: make_report(6)}))


async def say(talk: Conversation, words: str) -> Message:
    (message,) = await talk.say(words, user="1")
    return message


def actions(message: Message) -> dict[str, str]:
    return {button.label: button.action for row in message.buttons for button in row}


async def press(talk: Conversation, message: Message, label: str) -> Message:
    action = actions(message)[label]
    assert len(action.encode()) <= MAX_ACTION_BYTES
    name, arguments = read_action(action) or ("", "")
    return (await talk.say(f"/{name} {arguments}", user="1"))[-1]


async def test_the_account_reads_as_an_editor_would_write_it(talk: Conversation) -> None:
    message = await say(talk, "/ledger")
    assert message.doc.plain() == (
        "账目 · AI｜1 月 7 日（第 2 版）\n"
        "收集 124 条，采用 59 条，去掉 65 条：广告 22、跑题 24、空帖 17、重复 2。\n"
        "核对 68 条要点，退回 3 条，去掉 1 条。\n"
        "模型问了 2 次（读 12,034、写 3,000 token），0.0087 美元。\n"
        "X 买了 124 条帖子、60 个作者，0.62 美元。\n"
        "核对没有通过的\n"
        "• 「涨 19%」：帖子里是 9%\n"
        "没有读到的来源\n"
        "• rss:https://feed.example/ai.xml：HTTP 503\n"
        "说明\n"
        "• 有 40 条帖子模型没有读到"
    )
    assert [[button.label for button in row] for row in message.buttons] == [
        ["广告 22", "跑题 24", "空帖 17", "重复 2"],
        ["‹ 简报", "重写"],
    ]
    assert actions(message)["广告 22"] == "c:ledger ai 2026-01-07 ad"


async def test_what_is_zero_is_not_told(talk: Conversation) -> None:
    assert (await say(talk, "/ledger ai 2026-01-06")).doc.plain().splitlines()[1:] == [
        "收集 124 条，采用 59 条，去掉 65 条：广告 22、跑题 24、空帖 17、重复 2。"
    ]
    bare = make_report(5).model_copy(update={"ledger": Ledger(), "writer": "imported"})
    talk.store.reports[bare.key] = bare
    assert "这份报告没有账目" in (await say(talk, "/ledger ai 1月5日")).doc.plain()


@pytest.mark.parametrize(
    ("said", "title", "first", "count"),
    [
        ("/ledger ai 2026-01-07 ad", "广告 22 条 · AI｜1 月 7 日（1/3）", "1. who1　抽奖", 10),
        ("/ledger ai 2026-01-07 广告 3", "广告 22 条 · AI｜1 月 7 日（3/3）", "21. who21　抽奖", 2),
        ("/ledger ad 99", "广告 22 条 · AI｜1 月 7 日（3/3）", "21. who21　抽奖", 2),
        ("/ledger ot", "跑题 24 条 · AI｜1 月 7 日（1/3）", "1. who23　没有提到话题", 10),
        ("/ledger off_topic", "跑题 24 条 · AI｜1 月 7 日（1/3）", "1. who23　没有提到话题", 10),
        ("/ledger 昨天 重复", "重复 2 条 · AI｜1 月 7 日", "1. who64　与前一条相同", 2),
        ("/ledger 3", "去掉的 65 条 · AI｜1 月 7 日（3/7）", "21. who21　广告，抽奖", 10),
        (
            "/ledger twitter_ai_20260107_20260107 empty",
            "空帖 17 条 · AI｜1 月 7 日（1/2）",
            "1. who47　只有链接",
            10,
        ),
    ],
)
async def test_dropped_posts_come_by_kind_ten_a_page(
    talk: Conversation, said: str, title: str, first: str, count: int
) -> None:
    message = await say(talk, said)
    lines = message.doc.plain().splitlines()
    assert lines[:2] == [title, first]
    items = [block for block in message.doc.blocks if isinstance(block, Item)]
    assert len(items) == count
    assert all(item.spans[0].url == f"https://x.com/{item.spans[0].text}/status/{_id(item)}" for item in items)
    assert all(len(row) <= 5 for row in message.buttons)
    assert len(message.buttons) <= 5


def _id(item: Item) -> str:
    return f"{2008800000000000000 + int(item.spans[0].text.removeprefix('who'))}"


async def test_pages_follow_each_other_to_the_last_dropped_post(talk: Conversation) -> None:
    page = await press(talk, await say(talk, "/ledger"), "空帖 17")
    seen = page.doc.plain().count("只有链接")
    page = await press(talk, page, "下一页 ›")
    assert seen + page.doc.plain().count("只有链接") == 17
    assert "下一页 ›" not in actions(page)
    assert (await press(talk, page, "账目")).doc == (await say(talk, "/ledger")).doc


@pytest.mark.parametrize("kind", [None, *REASONS])
@pytest.mark.parametrize("asked", [False, True])
async def test_every_button_of_a_long_ledger_of_the_longest_topic_fits(kind: str | None, asked: bool) -> None:
    name = "a" * 24
    key = report_key(name, date(2026, 1, 1), date(2026, 1, 7), asked=asked)
    report = counted(make_report(1, last=7), ad=1001, off_topic=1001, empty=1001, copy=1001)
    talk = Conversation(
        MemoryStore({key: report.model_copy(update={"key": key, "topic": name})}),
        topics={name: Topic(name=name, query="x")},
    )
    message = await say(talk, f"/ledger {key} {kind or 1} 99".replace(" 1 99", " 99"))
    for place in (100, 101):
        assert all(len(action.encode()) <= MAX_ACTION_BYTES for action in actions(message).values())
        message = await press(talk, message, "下一页 ›")
        assert f"（{place}/" in message.doc.plain()


async def test_a_dropped_post_is_brought_back_with_one_press_and_taken_back_with_another(talk: Conversation) -> None:
    page = await say(talk, "/ledger ai 2026-01-07 ad")
    answer = await press(talk, page, "找回 3")
    assert answer.doc.plain() == (
        "找回了：who3 的帖子，1 月 7 日按广告去掉的（抽奖）。\n现在的报告没有变，重写之后它才会进去。"
    )
    assert actions(answer)["重写 1 月 7 日"] == "c:regenerate ai 2026-01-07"
    assert [post.id for post in await talk.store.restored("ai")] == ["2008800000000000003"]
    page = await say(talk, "/ledger ai 2026-01-07 ad")
    assert "3. who3　抽奖（已找回）" in page.doc.plain()
    assert "who3（原来按广告去掉：抽奖），重写之后放回去" in (await say(talk, "/ledger")).doc.plain()
    undone = await press(talk, page, "撤销 3")
    assert undone.doc.plain() == "撤销了：who3 的帖子下次重写时照旧按规则看，原来是按广告去掉的。"
    assert await talk.store.restored("ai") == []
    assert "已找回" not in (await press(talk, undone, "广告")).doc.plain()


@pytest.mark.parametrize(
    "said",
    [
        "/ledger restore 2008800000000000064",
        "/ledger 恢复 2008800000000000064 ai",
        "/ledger restore ai https://x.com/who64/status/2008800000000000064?s=20",
        "/ledger 找回 <https://twitter.com/i/web/status/2008800000000000064>",
    ],
)
async def test_a_post_is_named_by_its_id_or_its_link(talk: Conversation, said: str) -> None:
    assert (await say(talk, said)).doc.plain().startswith("找回了：who64 的帖子，1 月 7 日按重复去掉的")
    assert (await say(talk, said)).doc.plain().startswith("这条已经找回过了：who64 的帖子")
    assert len(await talk.store.restored("ai")) == 1


@pytest.mark.parametrize(
    ("said", "author"),
    [
        ("/ledger restore 3", "who3"),
        ("/ledger restore 23", "who23"),
        ("/ledger restore ot 3", "who25"),
        ("/ledger restore ai 2026-01-07 跑题 3", "who25"),
        ("/ledger 找回 昨天 空帖 1", "who47"),
    ],
)
async def test_a_post_is_named_by_its_number_in_the_list_that_shows_it(
    talk: Conversation, said: str, author: str
) -> None:
    assert (await say(talk, said)).doc.plain().startswith(f"找回了：{author} 的帖子")


async def test_a_list_says_what_to_send_for_one_of_its_numbers(talk: Conversation) -> None:
    page = (await say(talk, "/ledger ai 2026-01-07 ad 2")).doc.plain()
    example = page.rpartition("也可以发 ")[2].removesuffix("。")
    assert example == "/ledger restore ai 2026-01-07 ad 11"
    assert (await say(talk, example)).doc.plain().startswith("找回了：who11 的帖子")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("/ledger restore 99", "账目里去掉的有 65 条，没有第 99 条。"),
        ("/ledger restore ad 0", "账目里去掉的有 22 条，没有第 0 条。"),
        ("/ledger restore", "要找回哪一条？"),
        ("/ledger restore ai", "要找回哪一条？"),
        ("/ledger restore 昨天那条", "没看懂「昨天那条」。"),
        ("/ledger restore 12345678", "账目里没有 12345678 这条帖子。"),
        ("/ledger restore finance 2008800000000000064", "账目里没有 2008800000000000064 这条帖子。"),
        ("/ledger restore https://blog.example/a", "账目里没有 url:"),
    ],
)
async def test_a_wrong_post_is_answered_with_an_example_that_works(
    talk: Conversation, said: str, answered: str
) -> None:
    message = await say(talk, said)
    assert message.doc.plain().startswith(answered)
    assert "例如 /ledger restore 2008800000000000001。" in message.doc.plain()
    assert talk.store.brought_back == {}
    assert (await press(talk, message, "看账目")).doc.plain().startswith("账目 · AI")


async def test_a_post_that_the_report_uses_needs_no_bringing_back(talk: Conversation) -> None:
    assert "正用着它" in (await say(talk, "/ledger restore 2008700000000000001")).doc.plain()
    assert talk.store.brought_back == {}


async def test_undo_without_a_post_names_those_that_can_be_taken_back(talk: Conversation) -> None:
    assert "还没有找回过帖子" in (await say(talk, "/ledger undo")).doc.plain()
    await say(talk, "/ledger restore 2008800000000000001")
    for said in ("/ledger undo", "/ledger 撤销 2008800000000000099"):
        answer = await say(talk, said)
        assert "例如 /ledger undo 2008800000000000001：" in answer.doc.plain()
        assert list(actions(answer)) == ["撤销 who1"]
    assert (await say(talk, "/ledger undo 2008800000000000001")).doc.plain().startswith("撤销了：who1")


async def test_the_newest_ledger_that_dropped_it_counts() -> None:
    old, new = (counted(make_report(day), ad=1) for day in (6, 7))
    talk = Conversation(MemoryStore({old.key: old, new.key: new}))
    assert "1 月 7 日按广告去掉的" in (await say(talk, "/ledger restore 2008800000000000001")).doc.plain()


async def test_a_wrong_day_is_answered_as_for_every_command(talk: Conversation) -> None:
    assert (await say(talk, "/ledger 2026-01-03")).doc.plain().startswith("1 月 3 日没有报告。最近的有这些：")


def test_a_page_has_no_more_buttons_than_discord_takes() -> None:
    assert PAGE <= 20
    assert set(TOPICS) == {"ai", "finance"}


async def test_an_english_admin_reads_an_english_ledger(talk: Conversation) -> None:
    (message,) = await talk.say("/ledger", user="1", language="en")
    assert message.doc.plain().splitlines()[:5] == [
        "Ledger · AI | 7 January (version 2)",
        "Collected 124 posts, used 59, dropped 65: ads 22, off-topic 24, empty 17, copies 2.",
        "68 points checked, 3 sent back, 1 dropped.",
        "2 model calls (12,034 tokens in, 3,000 out), $0.0087.",
        "X: 124 posts and 60 authors bought, $0.62.",
    ]
    (page,) = await talk.say("/ledger ads", user="1", language="en")
    assert page.doc.plain().splitlines()[0] == "ads: 22 posts · AI | 7 January (1/3)"
    assert "restored" in (await talk.text("/ledger restore 1", user="1", language="en")).lower()
