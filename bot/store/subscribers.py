"""Chats as they were set up, and their subscriptions: two tables of the state, and what waits for them to be sent.

Always holds: what a chat that is gone had set up is kept, but is not among the subscriptions; with a chat its places
(`telegram:-100123/45`) are gone and move; changes of one chat never undo each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tinydb.table import Table

from bot.store.commits import Commits
from bot.store.schema import Row, subscription_key
from bot.store.storage import get, put, read_in_batches, row_id, rows_of
from handlers.chats import ChatSettings, Subscription, whole_of
from report.model import read_report_key


class Subscribers:
    def __init__(self, subscriptions: Table, chats: Table, deliveries: Table, past: Table, commits: Commits) -> None:
        self._subscriptions = subscriptions
        self._chats = chats
        self._deliveries = deliveries
        self._past = past
        self._commits = commits

    async def subscriptions(self, chat: str | None) -> Sequence[Subscription]:
        """All or a chat's; without those of chats that are gone."""
        gone = self._gone()
        return await read_in_batches(
            self._subscriptions,
            lambda row: chat in {None, row["chat"]} and not (gone and _is_among(row["chat"], gone)),
            Subscription.model_validate,
        )

    async def subscribe(self, subscription: Subscription) -> None:
        """Only what differs from the defaults is written: at 5,000 chats that halves the time of a change."""
        row = {subscription_key(subscription): subscription.model_dump(mode="json", exclude_defaults=True)}
        await self._commits.change(lambda: put(self._subscriptions, row))

    async def change_subscription(
        self, chat: str, topic: str, change: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        def changed() -> Subscription | None:
            key = f"{chat} {topic}"
            row = get(self._subscriptions, key)
            if row is None or self._is_gone(chat):
                return None
            subscription = change(Subscription.model_validate(row))
            put(self._subscriptions, {key: subscription.model_dump(mode="json", exclude_defaults=True)})
            return subscription

        return await self._commits.change(changed)

    async def unsubscribe(self, chat: str, topic: str | None) -> int:
        def change() -> int:
            self._give_up(lambda row: row["chat"] == chat and _is_of(row, topic), "unsubscribed")
            found = self._subscriptions.search(lambda row: row["chat"] == chat and topic in {None, row["topic"]})
            if found:
                put(self._subscriptions, {}, without=map(row_id, found))
            return len(found)

        return await self._commits.change(change)

    def settings(self, chat: str) -> ChatSettings:
        row = get(self._chats, chat)
        return ChatSettings.model_validate(row) if row else ChatSettings(chat=chat)

    async def all_settings(self) -> Mapping[str, ChatSettings]:
        kept = await read_in_batches(self._chats, lambda _: True, ChatSettings.model_validate)
        return {settings.chat: settings for settings in kept}

    async def change_chat(self, chat: str, change: Callable[[ChatSettings], ChatSettings]) -> ChatSettings:
        def changed() -> ChatSettings:
            before = self.settings(chat)
            settings = change(before)
            if settings != before:
                put(self._chats, {chat: settings.model_dump(mode="json")})
            return settings

        return await self._commits.change(changed)

    async def gone(self, chat: str, reason: str, at: datetime) -> int:
        """Give up what waits for it; how many subscriptions rest now. Of a chat that had nothing nothing is kept."""

        def change() -> int:
            self._give_up(lambda row: _is_in(row["chat"], chat), reason)
            before = self._gone()
            resting = [
                row
                for row in rows_of(self._subscriptions).values()
                if _is_in(row["chat"], chat) and not _is_among(row["chat"], before)
            ]
            if not _is_among(chat, before) and (resting or get(self._chats, chat)):
                left = self.settings(chat).model_copy(update={"gone_at": at, "gone_reason": reason})
                put(self._chats, {chat: left.model_dump(mode="json")})
            return len(resting)

        return await self._commits.change(change)

    async def back(self, chat: str) -> Sequence[Subscription]:
        """The chat is no longer gone, nor what it is a place in; the subscriptions that are alive again by that."""
        if not self._is_gone(chat):  # every request asks: two looks, whatever the number of chats
            return ()

        def change() -> list[Subscription]:
            before = self._gone()
            for key in {chat, whole_of(chat)} & before:
                here = self.settings(key).model_copy(update={"gone_at": None, "gone_reason": ""})
                put(self._chats, {key: here.model_dump(mode="json")})
            after = self._gone()
            rows = rows_of(self._subscriptions).values()
            alive = [row for row in rows if _is_among(row["chat"], before) and not _is_among(row["chat"], after)]
            return [Subscription.model_validate(row) for row in alive]

        return await self._commits.change(change)

    async def moved(self, old: str, new: str) -> None:
        """The same chat under another key; what the new key has already stays as it is."""

        def change() -> None:
            for table, key_end in ((self._subscriptions, 0), (self._deliveries, -1), (self._past, -1)):
                moving = table.search(lambda row: _is_in(row["chat"], old))
                moved = {
                    _rename(row_id(row), key_end, _there(row["chat"], old, new)): {
                        **row,
                        "chat": _there(row["chat"], old, new),
                    }
                    for row in moving
                }
                added = {key: row for key, row in moved.items() if get(table, key) is None}
                if moving:
                    put(table, added, without=[row_id(row) for row in moving])
            known = {key: row for key, row in rows_of(self._chats).items() if _is_in(key, old)}
            if known:
                merged = {_there(key, old, new): self._merged(row, _there(key, old, new)) for key, row in known.items()}
                put(self._chats, merged, without=known)

        if old != new:
            await self._commits.change(change)

    def _merged(self, old: Row, new: str) -> Row:
        """What was set up under the old key, where the new one has nothing: greeted in both, or set up meanwhile."""
        present = get(self._chats, new) or {}
        chosen = {name: value for name, value in present.items() if value is not None}
        return {**old, **chosen, "gone_at": None, "gone_reason": "", "chat": new}

    async def prune(self, before: datetime) -> int:
        """Forget the chats that are gone since before that moment, with all that they had; how many there were."""

        def change() -> int:
            rows = rows_of(self._chats)
            old = {
                key
                for key, row in rows.items()
                if row.get("gone_at") and datetime.fromisoformat(row["gone_at"]) < before
            }
            if old:
                put(self._chats, {}, without=[key for key in rows if _is_among(key, old)])
                lost = [key for key, row in rows_of(self._subscriptions).items() if _is_among(row["chat"], old)]
                put(self._subscriptions, {}, without=lost)
            return len(old)

        return await self._commits.change(change)

    def _is_gone(self, chat: str) -> bool:
        rows = rows_of(self._chats)
        return any(row.get("gone_at") for key in {chat, whole_of(chat)} if (row := rows.get(key)))

    def _gone(self) -> set[str]:
        return {key for key, row in rows_of(self._chats).items() if row.get("gone_at")}

    def _give_up(self, wanted: Callable[[Row], bool], reason: str) -> None:
        """Pending deliveries are sent no more."""
        pending = self._deliveries.search(lambda row: row["state"] == "pending" and wanted(row))
        if pending:
            gone = {"state": "gone", "error": reason, "next_try_at": None}
            put(self._deliveries, {row_id(row): {**row, **gone} for row in pending})


def _is_in(key: str, chat: str) -> bool:
    """Is it the chat, or a place in it?"""
    return key == chat or key.startswith(f"{chat}/")


def _is_among(chat: str, chats: set[str]) -> bool:
    return chat in chats or whole_of(chat) in chats


def _is_of(delivery: Row, topic: str | None) -> bool:
    return topic is None or read_report_key(delivery["report_key"])[0] == topic


def _there(key: str, old: str, new: str) -> str:
    """The key of a place in the chat that has another key now."""
    return new + key.removeprefix(old)


def _rename(key: str, word: int, new: str) -> str:
    words = key.split(" ")
    words[word] = new
    return " ".join(words)
