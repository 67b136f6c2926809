"""What the bot's admins are told without asking: a report that failed, who is gone, that nothing is delivered any more.

Looked at every minute. Always holds: a notice is told once to each admin, and counts as told when the platform accepted
it; an admin who cannot be reached keeps no other waiting; nothing that goes wrong here stops anything else.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import digest, silence
from bot.config import Config
from bot.model import RunMark
from bot.platforms import Platform, PlatformError, RetryLater
from bot.schedule import RETRY_EVERY, is_retried
from bot.store.tiny import TinyStore
from handlers.base import Message
from handlers.hours import next_due
from handlers.subscribing.sentences import close_up, daily
from handlers.words import Words, words_of
from report.doc import Block, Doc, Paragraph, coded, doc, paragraph
from report.errors import TuibaoError
from report.model import Topic

log = logging.getLogger(__name__)
DIGEST_AT = time(12)  # of the program's own timezone: when the morning's broadcasts are over
SINCE_START = timedelta(hours=1)  # what was missed while the program did not run is made up first
Said = Callable[[Words], Doc]


@dataclass(frozen=True)
class Notice:
    """`key` names it among all that was ever told."""

    key: str
    say: Said


class Notices:
    def __init__(
        self, config: Config, store: TinyStore, platforms: Mapping[str, Platform], now: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._store = store
        self._platforms = platforms
        self._now = now
        self._started = now()

    async def look(self) -> None:
        """Tell each admin what is new; what cannot be told now is told in a minute."""
        try:
            async for notice in self._due():
                await self._tell(notice)
        except TuibaoError as error:
            log.error("notices: %s", error, extra={"action": "notice"})  # noqa: TRY400  the disk's fault

    async def _due(self) -> AsyncIterator[Notice]:
        told = await self._store.told()
        for topic in self._config.topics:
            async for notice in self._of_runs(topic, told):
                yield notice
        if self._now() - self._started > SINCE_START:
            last = await silence.since(self._store, self._config, self._now())
            if last:
                yield Notice(f"silence {last.isoformat()}", lambda words: doc(paragraph(silence.say(last, words))))
        async for notice in self._digest(told):
            yield notice

    async def _of_runs(self, topic: Topic, told: Mapping[str, datetime]) -> AsyncIterator[Notice]:
        """Of the topic's newest run: that it failed, that it is given up, that it worked after all."""
        runs = [run for run in await self._store.runs(topic.name) if run.error or run.report_key]
        if not runs:
            return
        run = runs[-1]
        name = f"{topic.name} {run.due.isoformat()}"
        if not run.error:
            if any(key.startswith(f"failed {name}") for key in told):
                yield Notice(f"made {name}", lambda words: _made(topic, run, words))
        elif is_retried(run, self._now()):
            yield Notice(f"failed {name}", lambda words: _failed(topic, run, words))
        else:
            yield Notice(f"gave up {name}", lambda words: _given_up(topic, run, self._now(), words))

    async def _digest(self, told: Mapping[str, datetime]) -> AsyncIterator[Notice]:
        """Once a day, if there is something."""
        now = self._now()
        here = now.astimezone(ZoneInfo(self._config.app.timezone))
        due = datetime.combine(here.date(), DIGEST_AT, here.tzinfo)
        key = f"digest {here.date()}"
        if now < due or key in told:
            return
        found = await digest.collect(self._store, now)
        if not found.is_empty:
            yield Notice(key, lambda words: digest.say(found, words))
        else:
            await self._store.tell(key, now)

    async def _tell(self, notice: Notice) -> None:
        """Each admin who has not been told; without admins the log has it."""
        told = await self._store.told()
        if notice.key in told:
            return
        everybody = True
        for admin in self._config.app.admins:
            key = f"{notice.key} {admin}"
            if key not in told and not await self._reach(admin, notice):
                everybody = False
            elif key not in told:
                await self._store.tell(key, self._now())
        if not self._config.app.admins:
            log.warning(
                "notice: %s", notice.say(words_of(self._config.app.language)).plain(), extra={"action": "notice"}
            )
        if everybody:
            await self._store.tell(notice.key, self._now())

    async def _reach(self, admin: str, notice: Notice) -> bool:
        """False where it is to be tried again."""
        name, _, user = admin.partition(":")
        platform = self._platforms.get(name)
        if platform is None:
            return True
        try:
            chat_id = await platform.private_chat(user)
            settings = await self._store.chat(f"{name}:{chat_id}")
            words = words_of(settings.language_of(self._config.app.language))
            before: list[str] = []
            for part in platform.encode(Message(notice.say(words))):
                before.append(await platform.send(chat_id, part, before))
        except RetryLater as error:
            log.warning("notice: %s is told later: %s", admin, error, extra={"action": "notice"})
            return False
        except PlatformError as error:
            log.error(  # noqa: TRY400  a sentence
                "notice: %s cannot be told (%s); write to the bot once from there: %s",
                admin, error, notice.say(words_of("en")).plain(), extra={"action": "notice"},
            )  # fmt: skip
        return True


def _failed(topic: Topic, run: RunMark, words: Words) -> Doc:
    zone = ZoneInfo(topic.timezone)
    again = f"{(run.done_at + RETRY_EVERY).astimezone(zone):%H:%M}"
    return _lines(
        words.say("{due} 的 {report} 没有写成。", due=_hour(run, topic), report=daily(topic, words)),
        words.say("原因：{why}", why=run.why(words.language)),
        words.say("程序会自己再试：下次 {again}，每半小时一次，最多六小时。订阅的人什么也没收到。", again=again),
        words.say("想现在就再试，发 `/regenerate {topic}`。", topic=topic.name),
    )


def _given_up(topic: Topic, run: RunMark, now: datetime, words: Words) -> Doc:
    due = f"{next_due(topic, now):%m-%d %H:%M}"
    return _lines(
        words.say(
            "{due} 的 {report} 试了六小时，还是没有写成，不再试了。", due=_hour(run, topic), report=daily(topic, words)
        ),
        words.say("原因：{why}", why=run.why(words.language)),
        words.say("修好以后发 `/regenerate {topic}`，写成了照常送出；下一份是 {due}。", topic=topic.name, due=due),
    )


def _made(topic: Topic, run: RunMark, words: Words) -> Doc:
    done = f"{run.done_at.astimezone(ZoneInfo(topic.timezone)):%H:%M}"
    said = words.say(
        "{due} 的 {report} {done} 写成了，正在送。", due=_hour(run, topic), report=daily(topic, words), done=done
    )
    return _lines(said)


def _hour(run: RunMark, topic: Topic) -> str:
    return f"{run.due.astimezone(ZoneInfo(topic.timezone)):%m-%d %H:%M}"


def _lines(*lines: str) -> Doc:
    blocks: list[Block] = [Paragraph(coded(close_up(line))) for line in lines]
    return doc(blocks)
