"""A report that is late, as its subscribers are told: one line while it is missing, one when it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import LATE, Delivery, RunMark
from bot.platforms import Part, Platform
from bot.store.tiny import TinyStore
from handlers.base import Message
from handlers.chats import ChatKind, ChatSettings
from handlers.hours import Timing, arrival, arrives_now, timing_of
from handlers.subscribing.sentences import close_up, daily
from handlers.words import Words, words_of
from report.doc import Doc, Heading, Note, doc, paragraph, text
from report.model import Language, Topic, report_key

NOTABLE = timedelta(minutes=15)
PATIENCE = timedelta(hours=2)  # before subscribers are told that a report is missing


def late_since(due: datetime | None, made: datetime, arrives: datetime, timing: Timing, now: datetime) -> str:
    """The hour that was not kept, HH:MM on the chat's clock; "" where the report comes in time.

    `due` is the hour of the run that made it, `arrives` when it was to reach the chat.
    """
    hour = None
    if now - arrives > NOTABLE:
        hour = arrives
    elif due and not timing.hours and made - due > NOTABLE and not timing.is_quiet(due):
        hour = due
    return f"{hour.astimezone(timing.zone):%H:%M}" if hour else ""


def with_note(message: Message, hour: str, words: Words) -> Message:
    """The message with a line under its title; as it is where no hour was missed."""
    if not hour:
        return message
    note = Note(text(words.say("这份来晚了，原定 {hour}。", hour=hour)))

    def noted(document: Doc) -> Doc:
        at = 1 if document.blocks and isinstance(document.blocks[0], Heading) else 0
        return Doc((*document.blocks[:at], note, *document.blocks[at:]))

    return replace(message, doc=noted(message.doc), flat=noted(message.flat) if message.flat else None)


async def missing(
    topic: Topic,
    run: RunMark,
    *,
    store: TinyStore,
    platforms: Mapping[str, Platform],
    language: Language,
    now: datetime,
) -> tuple[Delivery, ...]:
    """One line for each chat whose hour has passed without the report of a run that fails since two hours."""
    if not topic.late_note or not run.error or now - run.due < PATIENCE:
        return ()
    period = topic.period(run.due)
    key = report_key(topic.name, period.first, period.last)
    chats, plain = await store.chats(), ChatSettings(chat="")
    rendered: dict[tuple[str, ChatKind, Language], tuple[Part, ...]] = {}
    made: list[Delivery] = []
    for each in await store.subscriptions():
        settings = chats.get(each.chat, plain)
        timing = timing_of(each, settings, topic)
        platform = platforms.get(each.chat.partition(":")[0])
        arrives = arrival(run.due, timing)
        if each.topic != topic.name or platform is None or not arrives_now(each, arrives, timing, now):
            continue
        audience = (platform.name, each.kind, settings.language_of(language))
        if audience not in rendered:
            rendered[audience] = platform.encode(_line(topic, words_of(audience[2])), kind=each.kind)
        made.append(Delivery(report_key=key, revision=LATE, chat=each.chat, parts=rendered[audience], created_at=now))
    return tuple(made)


def _line(topic: Topic, words: Words) -> Message:
    return Message(
        doc(paragraph(close_up(words.say("今天的 {report} 还没有写成，写好就送来。", report=daily(topic, words)))))
    )


def due_of(runs: Sequence[RunMark], key: str) -> datetime | None:
    """The hour of the run that made the report."""
    return next((run.due for run in reversed(runs) if run.report_key == key), None)
