"""Any sequence of changes, failures and restarts leaves what a dict would hold."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Delivery
from bot.store.disk import StoreError
from bot.store.tiny import TinyStore
from handlers.chats import Subscription
from report.model import Report
from tests.bot.store.values import NOW, FaultyDisk, delivery, now, report, subscription

whole = st.sampled_from(["telegram:1", "telegram:-1001", "discord:7"])
chats = whole | st.just("telegram:-1001/45")
topics = st.sampled_from(["ai", "finance"])
days = st.integers(6, 8)
operations = st.one_of(
    st.tuples(st.just("subscribe"), chats, topics, st.sampled_from([None, "08:00", "23:59"])),
    st.tuples(st.just("unsubscribe"), chats, st.none() | topics),
    st.tuples(st.just("greet"), chats),
    st.tuples(st.just("chat_moved"), whole, whole),
    st.tuples(st.just("chat_gone"), chats),
    st.tuples(st.just("chat_back"), chats),
    st.tuples(st.just("save_report"), days, st.integers(1, 3), st.lists(chats, unique=True)),
    st.tuples(st.just("save_delivery"), chats, days, st.sampled_from(["pending", "sent", "failed"])),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("disk_fails"), st.integers(1, 2)),
)


@dataclass
class Model:
    subscriptions: dict[tuple[str, str], Subscription] = field(default_factory=dict)
    gone: dict[str, bool] = field(default_factory=dict)  # the chats of which something is kept
    deliveries: dict[tuple[str, int, str], Delivery] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)

    def subscribe(self, chat: str, topic: str, hour: str | None) -> None:
        self.subscriptions[chat, topic] = subscription(chat, topic, hour)

    def unsubscribe(self, chat: str, topic: str | None) -> int:
        self._give_up({chat}, topic, "unsubscribed")
        found = [held for held in self.subscriptions if held[0] == chat and topic in {None, held[1]}]
        for held in found:
            del self.subscriptions[held]
        return len(found)

    def _give_up(self, places: set[str], topic: str | None, reason: str) -> None:
        for key, kept in self.deliveries.items():
            if kept.chat in places and kept.state == "pending" and topic in {None, self.reports[key[0]].topic}:
                self.deliveries[key] = kept.model_copy(update={"state": "gone", "error": reason, "next_try_at": None})

    def greet(self, chat: str) -> None:
        self.gone.setdefault(chat, False)

    def is_gone(self, chat: str) -> bool:
        return self.gone.get(chat, False) or self.gone.get(chat.partition("/")[0], False)

    def living(self) -> dict[tuple[str, str], Subscription]:
        return {key: kept for key, kept in self.subscriptions.items() if not self.is_gone(key[0])}

    def chat_moved(self, old: str, new: str) -> None:
        if old == new:
            return

        def there(key: str) -> str:
            return new + key.removeprefix(old)

        for key in [key for key in self.subscriptions if is_in(key[0], old)]:
            moved = self.subscriptions.pop(key).model_copy(update={"chat": there(key[0])})
            self.subscriptions.setdefault((there(key[0]), key[1]), moved)
        for other in [key for key in self.deliveries if is_in(key[2], old)]:
            carried = self.deliveries.pop(other).model_copy(update={"chat": there(other[2])})
            self.deliveries.setdefault((*other[:2], there(other[2])), carried)
        for chat in [chat for chat in self.gone if is_in(chat, old)]:
            del self.gone[chat]
            self.gone[there(chat)] = False

    def chat_gone(self, chat: str) -> int:
        places = {kept.chat for kept in self.deliveries.values() if is_in(kept.chat, chat)}
        self._give_up(places, None, "gone")
        resting = [held for held in self.living() if is_in(held[0], chat)]
        if not self.is_gone(chat) and (resting or chat in self.gone):
            self.gone[chat] = True
        return len(resting)

    def chat_back(self, chat: str) -> list[Subscription]:
        before = self.living()
        for key in {chat, chat.partition("/")[0]} & set(self.gone) if self.is_gone(chat) else ():
            self.gone[key] = False
        return [kept for key, kept in self.living().items() if key not in before]

    def save_report(self, day: int, revision: int, readers: list[str]) -> int:
        new = report(day, revision)
        self.reports[new.key] = new
        keys = [key for chat in readers if (key := (new.key, revision, chat)) not in self.deliveries]
        self.deliveries.update({key: delivery(key[2], day, revision) for key in keys})
        return len(keys)

    def save_delivery(self, chat: str, day: int, state: str) -> bool:
        key = (report(day).key, 1, chat)
        if key not in self.deliveries or self.deliveries[key].state != "pending":
            return False
        self.deliveries[key] = delivery(chat, day).model_copy(update={"state": state})
        return True


def is_in(key: str, chat: str) -> bool:
    return key == chat or key.startswith(f"{chat}/")


async def apply(store: TinyStore, name: str, arguments: tuple[Any, ...]) -> Any:
    result: Any = None
    match name, arguments:
        case "subscribe", (chat, topic, hour):
            await store.subscribe(subscription(chat, topic, hour))
        case "chat_gone", (chat,):
            result = await store.chat_gone(chat, "gone", NOW)
        case "chat_back", (chat,):
            result = list(await store.chat_back(chat))
        case "greet", (chat,):
            await store.change_chat(chat, lambda settings: settings.model_copy(update={"greeted_at": NOW}))
        case "save_report", (day, revision, readers):
            made = [delivery(chat, day, revision) for chat in readers]
            result = await store.save_report(report(day, revision), made)
        case "save_delivery", (chat, day, state):
            result = await store.save_delivery(delivery(chat, day).model_copy(update={"state": state}))
        case _:
            result = await getattr(store, name)(*arguments)
    return result


async def compare(store: TinyStore, model: Model) -> None:
    assert {(kept.chat, kept.topic): kept for kept in await store.subscriptions()} == model.living()
    assert {chat: kept.gone_at is not None for chat, kept in (await store.chats()).items()} == model.gone
    assert {(kept.report_key, kept.revision, kept.chat): kept for kept in await store.deliveries()} == model.deliveries
    assert {entry.key for entry in await store.report_entries()} == set(model.reports)
    for key, kept in model.reports.items():
        assert await store.report(key) == kept


async def play(sequence: list[tuple[Any, ...]], folder: Path) -> None:
    disk, model = FaultyDisk(), Model()
    store = await TinyStore.open(folder, now=now, disk=disk)
    for name, *arguments in sequence:
        if name == "disk_fails":
            disk.fail(arguments[0], errno.ENOSPC)
            try:
                await store.subscribe(subscription("telegram:99"))
            except StoreError:
                pass
            else:
                raise AssertionError("a full disk was not noticed")
            disk.mend()
        elif name == "reopen":
            await store.close()
            store = await TinyStore.open(folder, now=now, disk=disk)
        else:
            expected = getattr(model, name)(*arguments)
            assert await apply(store, name, tuple(arguments)) == expected
        await compare(store, model)
    await store.close()
    async with await TinyStore.open(folder, now=now) as store:
        await compare(store, model)
        assert store.warnings == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(operations, max_size=15))
def test_the_store_holds_what_a_dict_would_hold(sequence: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sequence, Path(folder)))
