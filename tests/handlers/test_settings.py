"""/settings as a conversation: what is shown, what can be pressed and typed, what is kept."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.actions import MAX_ACTION_BYTES, read_action
from handlers.base import COMMANDS, Chat, Message
from handlers.chats import LONGEST_KEYWORD, MAX_KEYWORDS, ChatSettings, Subscription, Wishes
from report.model import Topic
from tests.handlers.fakes import NOW, TOPICS, Conversation, MemoryStore, make_report

GROUP = Chat("telegram", "-100555", "group")
CHANNEL = Chat("telegram", "-100777", "channel")
DISCORD = Chat("discord", "9", "group")


@pytest.fixture
def talk() -> Conversation:
    days = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in days}))


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


def actions(message: Message) -> list[str]:
    return [button.action for row in message.buttons for button in row]


def held(talk: Conversation, topic: str = "ai") -> Subscription:
    return next(each for each in talk.store.held if each.topic == topic)


async def chat(talk: Conversation) -> ChatSettings:
    return await talk.store.chat("telegram:55")


async def test_the_overview_tells_every_value_and_has_a_button_for_each(talk: Conversation) -> None:
    await talk.say("/subscribe ai 21:00")
    (message,) = await talk.say("/settings")
    assert message.doc.plain().splitlines() == [
        "设置 · AI 日报",
        "下一份今晚 21:00 到。",
    ]
    assert labels(message) == [
        ["时间：21:00", "时区：上海时间"],
        ["免打扰：不设", "星期：每天"],
        ["栏目：全部", "长短：简报"],
        ["语言：跟随客户端", "词云：开"],
        ["关注：没有", "静音：没有"],
        ["退订", "话题", "‹ 简报"],
    ]


async def test_a_page_marks_the_present_choice_and_leads_back(talk: Conversation) -> None:
    await talk.say("/subscribe")
    (message,) = await talk.say("c:settings ai length", pressed=True)
    assert message.doc.plain().startswith("长短 · AI 日报\n现在：简报\n")
    assert labels(message) == [["标题", "✓ 简报", "全文"], ["‹ 返回"]]
    (message,) = await talk.say("c:settings ai length full", pressed=True)
    assert labels(message)[0] == ["标题", "简报", "✓ 全文"]
    assert held(talk).wishes.length == "full"
    (message,) = await talk.say(actions(message)[-1], pressed=True)
    assert ["栏目：全部", "长短：全文"] in labels(message)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/settings ai hours 8:00 20:00", {"hours": ("08:00", "20:00")}),
        ("/settings 时间 晚上8点半", {"hours": ("20:30",)}),
        ("/settings ai 时间 写好就送", {"hours": ()}),
        ("/settings ai weekdays 周一到周五", {"weekdays": (1, 2, 3, 4, 5)}),
        ("/settings AI 星期 -7", {"weekdays": (1, 2, 3, 4, 5, 6)}),
        ("/settings ai 星期 每天", {"weekdays": ()}),
    ],
)
async def test_when_it_comes_can_be_typed(talk: Conversation, typed: str, kept: dict[str, object]) -> None:
    await talk.say("/subscribe ai 07:00")
    await talk.say(typed)
    assert {name: getattr(held(talk), name) for name in kept} == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/settings ai length 标题", Wishes(length="headline")),
        ("/settings 长短 全文", Wishes(length="full")),
        ("/settings ai cloud off", Wishes(cloud=False)),
        ("/settings 词云 关", Wishes(cloud=False)),
        ("/settings ai sections 观点 市场", Wishes(sections=("views", "market"))),
        ("/settings ai 部分 -情绪", Wishes(sections=("changes", "views", "events", "market", "ai", "finance"))),
        ("/settings ai sections none", Wishes(sections=())),
        ("/settings ai sections 全部", Wishes()),
        ("/settings ai mute 招聘 课程", Wishes(mute=("招聘", "课程"))),
        ("/settings 静音 招聘，课程、招聘", Wishes(mute=("招聘", "课程"))),
        ("/settings ai highlight Claude claude ＣＬＡＵＤＥ", Wishes(highlight=("Claude",))),
        ("/settings 关注 Claude 英伟达", Wishes(highlight=("Claude", "英伟达"))),
    ],
)
async def test_how_it_is_shown_can_be_typed(talk: Conversation, typed: str, kept: Wishes) -> None:
    await talk.say("/subscribe")
    await talk.say(typed)
    assert held(talk).wishes == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/settings ai timezone 东京", {"timezone": "Asia/Tokyo"}),
        ("/settings 时区 UTC+8", {"timezone": "Etc/GMT-8"}),
        ("/settings timezone 跟随话题", {"timezone": None}),
        ("/settings ai quiet 23:00-07:00", {"quiet": ("23:00", "07:00")}),
        ("/settings 免打扰 晚上11点到早上7点", {"quiet": ("23:00", "07:00")}),
        ("/settings quiet 关", {"quiet": None}),
        ("/settings language en", {"language": "en"}),
        ("/settings 语言 中文", {"language": "zh"}),
        ("/settings 语言 跟随客户端", {"language": None}),
    ],
)
async def test_what_holds_for_the_chat_needs_no_subscription(
    talk: Conversation, typed: str, kept: dict[str, object]
) -> None:
    talk.store.chats["telegram:55"] = ChatSettings(chat="telegram:55", language="en", quiet=("22:00", "06:00"))
    await talk.say(typed)
    assert {name: getattr(await chat(talk), name) for name in kept} == kept


@pytest.mark.parametrize(
    ("typed", "said", "example"),
    [
        ("/settings ai hours 25:00", "没看懂「25:00」是几点。", "/settings ai 时间 08:00 20:00"),
        ("/settings ai quiet 晚上", "没看懂「晚上」是从几点到几点。", "/settings 免打扰 23:00-07:00"),
        ("/settings ai weekdays 周八", "没看懂「周八」是星期几。", "/settings ai 星期 周一到周五"),
        ("/settings ai length 长", "长短有三种：标题、简报、全文。", "/settings ai 长短 全文"),
        ("/settings ai sections 体育", "没有「体育」这个栏目。", "/settings ai 栏目 观点 市场"),
        ("/settings ai language fr", "只有中文和 English，没有「fr」。", "/settings 语言 en"),
        ("/settings ai cloud 也许", "只有开和关。", "/settings ai 词云 关"),
        ("/settings ai timezone 火星", "没听说过「火星」这个地方。", "/settings 时区 东京"),
        ("/settings ai mute " + "长" * 41, "一个词最多 40 个字，", "/settings ai 静音 Claude"),
        ("/settings ai 天气 晴", "没有「天气」这一项。能改的有：时间、时区、", "/settings ai 语言 en"),
        ("/settings 天气", "没有「天气」这一项。", "/settings ai 语言 en"),
        ("/settings ai thread on", "没有「thread」这一项。", "/settings ai 语言 en"),
    ],
)
async def test_a_wrong_value_is_named_with_an_example_that_works(
    talk: Conversation, typed: str, said: str, example: str
) -> None:
    await talk.say("/subscribe")
    before = held(talk)
    (message,) = await talk.say(typed)
    assert message.doc.plain().startswith(said)
    assert message.doc.plain().endswith(f"例如 {example}")
    assert held(talk) == before
    (message,) = await talk.say(example)
    assert re.search("现在：|Now: ", message.doc.plain())


async def test_an_ambiguous_place_is_a_question_and_its_buttons_answer_it(talk: Conversation) -> None:
    await talk.say("/subscribe")
    (message,) = await talk.say("/settings 时区 美国")
    assert message.doc.plain() == "「美国」有好几个时区，是哪一个？"
    assert labels(message)[0] == ["纽约 UTC-5", "芝加哥 UTC-6"]
    (message,) = await talk.say(actions(message)[0])
    assert "现在：纽约时间" in message.doc.plain()
    (message,) = await talk.say("/settings 时区 tokio")
    assert message.doc.plain() == "没有「tokio」这个时区。是不是这里面的？"
    assert "东京 UTC+9" in labels(message)[0]


@pytest.mark.parametrize("name", ["hours", "timezone", "quiet", "weekdays", "highlight", "mute"])
async def test_what_can_be_typed_has_a_button_that_asks_for_it(talk: Conversation, name: str) -> None:
    await talk.say("/subscribe")
    (page,) = await talk.say(f"c:settings ai {name}", pressed=True)
    assert labels(page)[-1] == ["加词" if name in {"highlight", "mute"} else "自己填", "‹ 返回"]
    (question,) = await talk.say(actions(page)[-2], pressed=True)
    assert question.prompt == f"settings {name}" if name in {"timezone", "quiet"} else f"settings ai {name}"
    assert "例如" in question.doc.plain()
    answer = {"timezone": "东京", "quiet": "23点到7点", "weekdays": "一三五"}.get(name, "8点")
    (page,) = await talk.say(f"/{question.prompt} {answer}")
    assert page.doc.plain().splitlines()[1] in {
        "现在：08:00", "现在：东京时间", "现在：23:00–07:00", "现在：周一、周三、周五", "现在：8点",
    }  # fmt: skip


async def test_without_a_subscription_it_says_so_and_offers_one(talk: Conversation) -> None:
    (message,) = await talk.say("/settings")
    assert "这里还没有订阅。" in message.doc.plain()
    assert labels(message)[:2] == [["订阅 AI 日报"], ["订阅财经日报"]]
    (message,) = await talk.say("/settings hours 8:00")
    assert "这里还没有订阅。" in message.doc.plain()
    (message,) = await talk.say("/settings finance")
    assert message.doc.plain() == "这里没有订「财经」。"
    assert actions(message) == ["c:subscribe finance"]


async def test_with_several_subscriptions_it_asks_which_and_remembers_what_was_wanted(talk: Conversation) -> None:
    await talk.say("/subscribe ai")
    await talk.say("/subscribe finance")
    (message,) = await talk.say("/settings")
    assert "这里订了 2 份，看哪一份的设置？" in message.doc.plain()
    assert labels(message) == [["AI", "财经"], ["时区", "免打扰", "语言"]]
    (message,) = await talk.say("/settings hours 9:00")
    assert "改哪一份的「时间」？" in message.doc.plain()
    await talk.say(actions(message)[1])
    assert (held(talk).hours, held(talk, "finance").hours) == ((), ("09:00",))
    (message,) = await talk.say("/settings ai")
    assert labels(message)[-1] == ["退订", "财经 ›", "‹ 简报"]
    (message,) = await talk.say("/settings mute " + "很长很长的词 " * 9)
    assert actions(message) == ["c:settings ai mute", "c:settings finance mute"]  # there is no room for them


async def test_a_group_shows_its_settings_to_all_and_changes_them_for_who_manages_it(talk: Conversation) -> None:
    await talk.say("/subscribe", chat=GROUP)
    (message,) = await talk.say("/settings", chat=GROUP, manages=False)
    assert "时间　写好就送（08:00）" in message.doc.plain()
    assert [button.action for row in message.buttons for button in row] == ["c:brief ai"]
    (message,) = await talk.say("/settings ai hours", chat=GROUP, manages=False)
    assert message.buttons == ()
    (message,) = await talk.say("c:settings ai hours 09:00", chat=GROUP, manages=False, pressed=True)
    assert message.doc.plain() == "这里送什么、几点送，由管理员来定。想自己收，就在私聊里发 /subscribe。"
    ((button,),) = message.buttons
    assert (button.action, button.private) == ("c:subscribe ai", True)
    assert held(talk).hours == ()
    await talk.say("/settings ai hours 9:00", chat=GROUP, manages=True)
    assert held(talk).hours == ("09:00",)
    await talk.say("/settings ai hours 10:00", chat=GROUP, manages=False, user="1")  # the bot's admin
    assert held(talk).hours == ("10:00",)


async def test_a_channel_has_no_buttons_that_would_change_the_presser_s_private_chat(talk: Conversation) -> None:
    await talk.say("/subscribe", chat=CHANNEL)
    (message,) = await talk.say("/settings", chat=CHANNEL)
    assert message.buttons == ()
    assert message.doc.plain().endswith("例如 /settings ai 时间 08:00")
    (message,) = await talk.say("/settings ai hours 9:00", chat=CHANNEL)
    assert message.buttons == ()
    assert held(talk).hours == ("09:00",)


async def test_only_discord_has_threads_and_its_overview_fits_one_message(talk: Conversation) -> None:
    await talk.say("/subscribe", chat=DISCORD)
    (message,) = await talk.say("/settings", chat=DISCORD)
    assert "子区：关" in [label for row in labels(message) for label in row]
    assert len(message.buttons) <= 5
    (message,) = await talk.say("/settings ai thread on", chat=DISCORD)
    assert "现在：开" in message.doc.plain()
    assert held(talk).wishes.thread


async def test_a_topic_that_is_read_no_more_is_said_to_be_stopped_and_can_be_left(talk: Conversation) -> None:
    talk.store.held.append(Subscription(chat="telegram:55", topic="chips", hours=("08:00",), created_at=NOW))
    (message,) = await talk.say("/settings")
    assert "话题已停" in message.doc.plain()
    assert labels(message) == [["退订"]]
    await talk.say(actions(message)[0])
    assert talk.store.held == []


async def test_keywords_are_taken_away_by_button_by_word_and_all_at_once(talk: Conversation) -> None:
    await talk.say("/subscribe")
    (message,) = await talk.say("/settings ai mute 招聘 课程 " + "长" * LONGEST_KEYWORD)
    assert labels(message)[0][:2] == ["✕ 招聘", "✕ 课程"]
    (message,) = await talk.say(actions(message)[2], pressed=True)
    assert held(talk).wishes.mute == ("招聘", "课程")
    await talk.say("/settings ai mute -课程 GPU")
    assert held(talk).wishes.mute == ("招聘", "GPU")
    await talk.say("/settings ai mute -gpu")
    assert held(talk).wishes.mute == ("招聘",)
    await talk.say("/settings ai mute 清空")
    assert held(talk).wishes.mute == ()


async def test_more_than_twenty_keywords_are_refused_whole(talk: Conversation) -> None:
    await talk.say("/subscribe")
    many = " ".join(f"词{number}" for number in range(MAX_KEYWORDS))
    await talk.say(f"/settings ai highlight {many}")
    (message,) = await talk.say("/settings ai highlight 再一个")
    assert message.doc.plain().startswith("最多记 20 个词，这样就有 21 个了。")
    assert len(held(talk).wishes.highlight) == MAX_KEYWORDS
    (message,) = await talk.say("/settings ai highlight", chat=replace(Chat("telegram", "55"), kind="private"))
    assert len(message.buttons) <= 6


@settings(deadline=None)
@given(st.lists(st.text(max_size=50), max_size=8), st.lists(st.text(max_size=50), max_size=8))
def test_whatever_is_typed_as_keywords_what_is_kept_is_valid_and_distinct(first: list[str], then: list[str]) -> None:
    async def play() -> None:
        talk = Conversation()
        await talk.say("/subscribe")
        for typed in (first, then):
            await talk.say("/settings ai mute " + " ".join(typed))
            words = held(talk).wishes.mute
            Subscription.model_validate(held(talk).model_dump())
            assert len({word.casefold() for word in words}) == len(words) <= MAX_KEYWORDS
            assert all(not re.search(r"[\s\u202e\u200b]", word) for word in words)

    asyncio.run(play())


async def test_the_last_weekday_stays(talk: Conversation) -> None:
    await talk.say("/subscribe")
    await talk.say("/settings ai weekdays 周一")
    (message,) = await talk.say("c:settings ai weekdays -1", pressed=True)
    assert message.doc.plain().startswith("至少要留一天；都不要就退订。")
    assert held(talk).weekdays == (1,)


async def test_an_hour_that_is_not_kept_is_said_with_the_reason(talk: Conversation) -> None:
    await talk.say("/subscribe ai 07:00")
    assert "AI 日报 07:00 还没写好，所以 08:00 送。" in await talk.text("/settings ai hours")
    await talk.say("/settings ai hours 23:30")
    await talk.say("/settings quiet 23:00-07:00")
    page = await talk.text("/settings ai hours")
    assert "23:00–07:00 免打扰，所以改在 07:00 送。" in page
    assert "下一份明早 07:00 到。" in page


async def test_the_next_report_is_the_one_after_what_was_pushed_already(talk: Conversation) -> None:
    await talk.say("/subscribe")
    talk.store.pushed.add(("twitter_ai_20260107_20260107", "telegram:55"))
    (message,) = await talk.say("/settings ai hours 21:00")
    assert "下一份明晚 21:00 到。" in message.doc.plain()


async def test_an_hour_moved_before_now_brings_what_waits_at_once(talk: Conversation) -> None:
    talk.store.held.append(
        Subscription(chat="telegram:55", topic="ai", hours=("21:00",), created_at=NOW - timedelta(days=9))
    )
    assert "下一份今晚 21:00 到。" in await talk.text("/settings")
    assert "下一份马上就到。" in await talk.text("/settings ai hours auto")


async def test_a_new_language_is_spoken_at_once(talk: Conversation) -> None:
    spoken: list[str] = []
    for said in ("/settings language en", "/settings language zh"):
        (message,) = await talk.say(said, language="zh")
        spoken += [line for line in message.doc.plain().splitlines() if "English" in line or "中文" in line]
    assert spoken == [line for line in spoken if line.endswith(("English", "中文"))]
    assert (await chat(talk)).language == "zh"


async def test_with_the_longest_topic_name_every_button_fits_and_leads_to_the_command() -> None:
    name = "a" * 24
    topics = {name: Topic(name=name, title="最长的名字", query="AI"), **TOPICS}
    talk = Conversation(topics=topics)
    await talk.say(f"/subscribe {name}", chat=DISCORD)
    await talk.say(f"/settings {name} highlight {'长' * 40} Claude", chat=DISCORD)
    seen, waiting = (
        set[str](),
        [f"c:settings {name}", f"c:settings {name} timezone 俄罗斯", "c:settings timezone 阿根廷"],
    )
    while waiting:
        said = waiting.pop()
        seen.add(said)
        for message in await talk.say(said, chat=DISCORD, pressed=True):
            for action in actions(message):
                assert len(action.encode()) <= MAX_ACTION_BYTES, action
                found = read_action(action)
                assert found is not None
                assert found[0] in COMMANDS
                changes = found[0] != "settings" or found[1].split()[-1][0] in "+-0123456789"
                if action not in seen and not changes:
                    waiting.append(action)
    assert len(seen) > 30


async def test_long_values_are_counted_on_buttons_and_written_out_above(talk: Conversation) -> None:
    await talk.say("/subscribe ai 8:00 12:00 20:00")
    await talk.say("/settings ai weekdays 1,2,3,4,6")
    await talk.say("/settings ai mute 甲 乙 丙 丁")
    await talk.say("/settings ai sections 观点 市场")
    (message,) = await talk.say("/settings")
    pressed = [label for row in labels(message) for label in row]
    for label in ("时间：08:00、12:00…", "星期：周一、周二…", "静音：4 个词", "栏目：2 个"):
        assert label in pressed
    for line in ("时间　08:00、12:00、20:00", "星期　周一、周二、周三、周四、周六", "静音　甲、乙、丙 等 4 个词"):
        assert line in message.doc.plain()


async def test_a_topic_called_like_a_setting_is_found_by_what_follows() -> None:
    topics = {"hours": Topic(name="hours", query="x"), "ai": TOPICS["ai"]}
    talk = Conversation(topics=topics)
    await talk.say("/subscribe hours")
    await talk.say("/settings hours hours 9:00")
    assert held(talk, "hours").hours == ("09:00",)
    await talk.say("/settings hours 10:00")
    assert held(talk, "hours").hours == ("10:00",)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_no_words_break_it(typed: str) -> None:
    async def play() -> None:
        talk = Conversation()
        await talk.say("/subscribe")
        for said in (f"/settings {typed}", f"/settings ai {typed}", f"/subscribe {typed}", f"/unsubscribe {typed}"):
            messages = await talk.say(said)
            assert len(messages) == 1
            assert "这次没答上来" not in messages[0].doc.plain()

    asyncio.run(play())
