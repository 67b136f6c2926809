"""What a platform's reader sees of its messages, and whether that is what the handlers said.

In: messages in the platform's own form; the handlers' Messages. Out: words and buttons; sentences about what differs.
The same words means: white space, the colon after a headline, raised figures, bullets and a platform's own part marks
（1/2） aside; blocks may stand in another order (a footer), sections that fold may stand in the message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bot.platforms.telegram.encode import encode_start
from handlers.base import Button, Message
from handlers.chats import ChatKind
from report.doc import SUPERSCRIPTS, Block, Doc, Picture, Quote, plain_block, plain_spans
from tests.bot.platforms.discord.reading import read_markdown

Json = dict[str, Any]
PLAIN = {raised: plain for plain, raised in SUPERSCRIPTS.items()}
PART_MARK = re.compile(r"[（(]\d{1,2}/\d{1,2}[）)]")
BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "blockquote", "br", "footer", "tr", "td"}


@dataclass
class Seen:
    """`texts` are the words; `buttons` labels with what they say to the bot (an address of a link)."""

    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.texts + other.texts, self.buttons + other.buttons)


def bare(words: str) -> str:
    """The words without what platforms write in their own way."""
    plain = PART_MARK.sub("", words.translate(PLAIN)).replace("：", "").replace("•", "")
    return "".join(
        c for c in plain if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf"} and c != "\ufffd"
    )


def differences(messages: Sequence[Message], seen: Seen, kind: ChatKind) -> list[str]:
    """Sentences; [] where the reader sees what was said. `messages` without those that others took the place of."""
    rest = bare("\n".join(seen.texts))
    found: list[str] = []
    for words in sorted(filter(None, map(bare, _said(message.doc for message in messages))), key=len, reverse=True):
        if words in rest:
            rest = rest.replace(words, "\n", 1)
        else:
            found.append(f"not seen: {words[:80]}")
    more = [words for message in messages for words in _said(message.more)]
    more += [block.alt for message in messages for block in message.doc.blocks if isinstance(block, Picture)]
    for words in sorted(filter(None, map(bare, more)), key=len, reverse=True):
        rest = rest.replace(words, "\n", 1)
    if rest.strip():
        found.append(f"seen, but not said: {' '.join(rest.split())[:120]}")
    return [*found, *_button_differences(messages, seen, kind)]


def left_standing(messages: Iterable[Message]) -> list[Message]:
    """Without the messages that the next one took the place of."""
    standing: list[Message] = []
    for message in messages:
        if standing and (message.update or standing[-1].draft):
            standing.pop()
        standing.append(message)
    return standing


def _said(docs: Iterable[Doc]) -> Iterator[str]:
    for document in docs:
        for block in document.blocks:
            yield from _block_words(block)


def _block_words(block: Block) -> Iterator[str]:
    if isinstance(block, Quote):
        yield from map(plain_spans, block.lines)
    else:
        yield plain_block(block)


def _button_differences(messages: Sequence[Message], seen: Seen, kind: ChatKind) -> Iterator[str]:
    """The same buttons in the same order; left out are only those that the platform may leave out."""
    left = list(seen.buttons)
    offered = [button for message in messages for row in message.buttons for button in row]
    for button in offered:
        if left and left[0][0] == _label(button) and _leads(button, left[0][1]):
            left.pop(0)
        elif not _may_be_left_out(button, kind, offered):
            yield f"no button [{button.label}]"
    yield from (f"a button that nobody offered: [{label}] {action}" for label, action in left)


def _label(button: Button) -> str:
    return button.label if len(button.label) <= 80 else button.label[:40] + "…"


def _leads(button: Button, action: str) -> bool:
    return action == button.action or action.endswith(f"?start={encode_start(button.action)}")


def _may_be_left_out(button: Button, kind: ChatKind, offered: Sequence[Button]) -> bool:
    is_told_already = sum(other.action == button.action for other in offered) > 1
    has_no_link = kind == "channel" and not encode_start(button.action)
    return bool(button.private or button.opens or has_no_link or is_told_already)


def see_telegram(message: Json) -> Seen:
    """A message as the Bot API gives it, rich or classic."""
    rich = message.get("rich_message") or {}
    texts = [message.get("text") or message.get("caption") or "", read_html(rich.get("html", ""), numbered=True)]
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return Seen(texts, [(key["text"], key.get("callback_data") or key.get("url", "")) for row in rows for key in row])


def see_discord(message: Json) -> Seen:
    texts = [read_markdown(message.get("content") or "").text]
    for embed in message.get("embeds") or ():
        texts += [read_markdown(embed.get(name) or "").text for name in ("title", "description")]
        for one in embed.get("fields") or ():
            texts += [read_markdown(one["name"]).text, read_markdown(one["value"]).text]
        texts.append((embed.get("footer") or {}).get("text") or "")
    keys = [key for row in message.get("components") or () for key in row.get("components") or ()]
    return Seen(texts, [(key.get("label", ""), key.get("custom_id") or key.get("url", "")) for key in keys])


def read_html(html: str, *, numbered: bool = False) -> str:
    """The words of HTML; `numbered`: with the figures that a browser sets before the items of an ordered list."""
    reader = _Words(numbered=numbered)
    reader.feed(html)
    reader.close()
    return "".join(reader.words)


class _Words(HTMLParser):
    def __init__(self, *, numbered: bool) -> None:
        super().__init__()
        self.words: list[str] = []
        self._numbered = numbered
        self._lists: list[int] = []  # of each open list the last number; -1 has none

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ol", "ul"}:
            self._lists.append(int(dict(attrs).get("start") or 1) - 1 if tag == "ol" else -1)
        elif tag in BLOCKS:
            self.words.append("\n")
        if tag == "li" and self._numbered and self._lists and self._lists[-1] >= 0:
            self._lists[-1] = int(dict(attrs).get("value") or self._lists[-1] + 1)
            self.words.append(f"{self._lists[-1]}. ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ol", "ul"} and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
