"""`tuibao demo`: the whole program on shipped, invented posts, with no key and no network.

The clock starts on the morning after the posts' last day; the reader of the local page is subscribed already.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import time
import webbrowser
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import App
from bot.config import AppSettings, Config, WebSettings
from bot.demo import LAST, NAMES, TIMEZONE, posts_file
from bot.model import RunMark
from bot.platforms.local import LocalPlatform
from bot.store.tiny import TinyStore
from bot.worker import make_in_child
from handlers.chats import Subscription
from handlers.words import Words
from report.model import Period, Progress, Report, Topic, report_key

READER = "local:me"


def notice(words: Words) -> str:
    """What stands above the demo's chat."""
    return words.say("演示：帖子、人物和公司都是虚构的，原帖链接打不开。")


def morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(TIMEZONE)).replace(hour=8)


def demo_clock(start: datetime, monotonic: Callable[[], float] = time.monotonic) -> Callable[[], datetime]:
    """A clock that shows `start` now and runs on."""
    began = monotonic()
    return lambda: (start + timedelta(seconds=monotonic() - began)).astimezone(UTC)


def demo_config(data_dir: Path, posts: Path, port: int) -> Config:
    topic = Topic(name="ai", title="AI", query="AI", files=(str(posts),), names=NAMES, timezone=TIMEZONE)
    return Config(
        app=AppSettings(data_dir=data_dir, timezone=TIMEZONE, admins=(READER,)),
        topics=(topic,),
        web=WebSettings(port=port),
    )


async def run(port: int, *, browser: bool, data_dir: Path | None, progress: Progress) -> None:
    """Until Ctrl-C. PlatformError where the port is taken."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    with contextlib.ExitStack() as stack:
        folder = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tuibao-demo-")))
        config = demo_config(folder, stack.enter_context(posts_file()), port)
        store = await TinyStore.open(folder)
        page = LocalPlatform(config.web, notice=notice, admin=True)
        app = App(config, store, {"local": page}, now=demo_clock(morning_after(LAST)), progress=progress)
        opening, stopping = (
            asyncio.create_task(_open(app, config.topics[0], store, progress)),
            asyncio.create_task(stop.wait()),
        )
        try:
            await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if opening.done():
                await opening
                progress(f"好了，在浏览器里看：{page.url}　（Ctrl-C 停止）")
                if browser:
                    await asyncio.to_thread(webbrowser.open, page.url)
                await stopping
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
            await app.stop()


async def _open(app: App, topic: Topic, store: TinyStore, progress: Progress) -> None:
    """Two days' reports at once, the page meanwhile; then the push, as it would come at eight."""
    days = (LAST - timedelta(days=1), LAST)
    made = morning_after(LAST)
    await app.start()
    for report in await asyncio.gather(*(_make(app, topic, day, progress) for day in days)):
        await store.save_report(report)
    await store.prune_deliveries(made + timedelta(days=1))  # an earlier demo's page is gone with its messages
    await store.subscribe(Subscription(chat=READER, topic=topic.name, title="我", created_at=morning_after(days[0])))
    key = report_key(topic.name, LAST, LAST)
    await store.mark_run(RunMark(topic=topic.name, due=made, done_at=made, report_key=key))
    await app.newsroom.distribution.deliver_due()


async def _make(app: App, topic: Topic, day: date, progress: Progress) -> Report:
    period, key = Period.of_days(day, day, TIMEZONE), report_key(topic.name, day, day)
    job = await app.newsroom.job(topic, period, key=key, now=morning_after(day), stored_only=True)
    return await make_in_child(job, progress if day == LAST else lambda _: None)
