"""Whatever platforms answer and whenever the program ends: nothing is missing, nothing out of order, little twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import UNKNOWN
from bot.outbox import Outbox
from bot.outbox.delivering import DeliveryStore
from bot.platforms import PLAIN, Instead, Outgoing, Part, RetryLater
from tests.bot.outbox.values import Chats, Clock, FakePlatform, MemoryDeliveries, delivery

Story = list[str]
EVENTS = ("accept", "accept", "429", "500", "lost before", "lost after", "split", "end before", "end after")
CHATS, PARTS = ("1", "2", "3"), 3


@dataclass
class Eventful(FakePlatform):
    """What happens to each call is written beforehand; afterwards all is well. It counts what readers see."""

    story: Story = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=dict)
    nonced: dict[str, str] = field(default_factory=dict)
    in_flight: int = 0  # parts whose fate was unknown when the program ended, or when the answer was lost
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
        event = self.story.pop() if self.story else "accept"
        if event == "split" and not part.get("half") and str(part["n"]) not in self.seen.get(chat_id, []):
            raise Instead("too long", [{**part, "half": 1}, {**part, "half": 2}])
        await going.leaving()
        if event in {"429", "500"}:
            raise RetryLater(event, 30.0)
        if event in {"lost before", "end before"}:
            await self._lose(event)
        if not self.idempotent or going.nonce not in self.nonced:
            self.nonced[going.nonce] = str(len(self.nonced) + 1)
            self.seen.setdefault(chat_id, []).append(f"{part['n']}{'.' * part.get('half', 0)}")
        if event in {"lost after", "end after"}:
            await self._lose(event)
        return self.nonced[going.nonce]

    async def _lose(self, event: str) -> None:
        self.in_flight += 1
        if event.startswith("end"):
            self.ended.set()
            await asyncio.Event().wait()
        raise RetryLater(event, in_doubt=True)


async def live(store: DeliveryStore, platform: Eventful, clock: Clock) -> bool:
    """A life of the program; True if it ended in the middle, as by kill -9."""
    outbox = Outbox(store, {"telegram": platform}, Chats(), clock)
    platform.ended.clear()
    outbox.start()
    async with asyncio.timeout(10):
        while (pending := await store.deliveries(state="pending")) and not platform.ended.is_set():
            outbox.wake()
            await asyncio.sleep(0)
    if not pending:
        await outbox.stop()
        return False
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return True


async def play(story: Story, *, idempotent: bool) -> tuple[Eventful, MemoryDeliveries]:
    each = [delivery(f"telegram:{chat}", parts=PARTS) for chat in CHATS]
    store, clock = MemoryDeliveries({one.key: one for one in each}), Clock()
    platform = Eventful(idempotent=idempotent, story=story)
    while await live(store, platform, clock):
        pass
    return platform, store


def whole(seen: list[str]) -> list[str]:
    """Once each, in the order in which they came first."""
    return list(dict.fromkeys(seen))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=40), st.booleans())
def test_every_part_comes_in_order_and_twice_only_where_nobody_could_know(story: Story, idempotent: bool) -> None:
    platform, store = asyncio.run(play(list(story), idempotent=idempotent))
    twice = 0
    for one in store.kept.values():
        seen = platform.seen.get(one.chat.partition(":")[2], [])
        left_open = sum(sent == UNKNOWN for sent in one.sent)
        assert one.state == ("unknown" if left_open else "sent")
        assert not (idempotent and left_open)
        names = [f"{part['n']}{'.' * part.get('half', 0)}" for part in one.parts]
        assert whole(seen) == [name for name in names if name in seen]
        assert len(names) - len(whole(seen)) <= left_open
        twice += len(seen) - len(whole(seen))
    assert twice == 0 if idempotent else twice <= platform.in_flight
