"""The day's losses in one message for the bot's admins: chats that are gone, and what did not arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.outbox import PATIENCE
from bot.store.tiny import TinyStore
from handlers.words import Words, mark
from report.doc import Block, Doc, Heading, Item, Span, doc, text

DAY = timedelta(days=1)
SETTLED = PATIENCE + timedelta(hours=1)  # so long after it was made every delivery has ended
LISTED = 5  # reasons
STATES = {
    "failed": mark("没送到"),
    "unknown": mark("不知送到没有"),
    "left": mark("更正没改成"),
}


@dataclass(frozen=True)
class Losses:
    """Of a day: how many chats are gone for which reason, and how many deliveries ended how."""

    gone: Mapping[str, int]
    states: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        return not self.gone and not self.states


async def collect(store: TinyStore, now: datetime) -> Losses:
    """Chats that are gone since a day; deliveries of the day that ended an hour and its patience ago."""
    chats = await store.chats()
    gone = Counter(
        _without_chat(each.gone_reason) for each in chats.values() if each.gone_at and each.gone_at > now - DAY
    )
    counts = await store.ended(now - SETTLED - DAY, now - SETTLED)
    return Losses(gone, {state: counts[state] for state in STATES if counts.get(state)})


def say(losses: Losses, words: Words) -> Doc:
    blocks: list[Block] = [Heading((Span(words.say("过去一天没送到的")),), 1)]
    chats = sum(losses.gone.values())
    if chats:
        said = words.count(
            "{number} 个会话进不去了，订阅先停着，回来就接着送：",
            "{number} 个会话进不去了，订阅先停着，回来就接着送：",
            chats,
        )
        blocks.append(Item("", text(said)))
        for reason, number in Counter(dict(losses.gone)).most_common(LISTED):
            blocks.append(Item("", text(words.say("{number} 个：{reason}", number=number, reason=reason))))
    for state, name in STATES.items():
        if ended := losses.states.get(state):
            blocks.append(Item("", text(words.say("{kind} {count}", kind=words.say(name), count=ended))))
    return doc(blocks)


def _without_chat(reason: str) -> str:
    """`telegram: chat 7: Forbidden: bot was blocked by the user` without the number, so that reasons can be counted."""
    platform, _, rest = reason.partition(": ")
    return f"{platform}: {rest.partition(': ')[2]}" if rest.startswith("chat ") and ": " in rest else reason
