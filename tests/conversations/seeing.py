"""What a platform's reader sees of its messages, and whether that is what the handlers said.

In: messages in the platform's own form; the handlers' Messages. Out: words and buttons; sentences about what differs.
The same words means: white space, the colon after a headline, raised figures, bullets and a platform's own part marks
（1/2） aside. Blocks, and what stands between their marks, may come in another order (a footer, a table), sections that
fold may be in the message, a sentence that only points down (↓) may be missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bot.platforms.telegram.encode import encode_start
from handlers.base import Button, Message
from handlers.chats import ChatKind
from report.doc import SUPERSCRIPTS, Block, Doc, Heading, Picture, Quote, plain_block, plain_spans
from tests.bot.platforms.discord.reading import read_markdown

Json = dict[str, Any]
PLAIN = {raised: plain for plain, raised in SUPERSCRIPTS.items()}
PART_MARK = re.compile(r"[（(]\d{1,2}/\d{1,2}[）)]")
CUT = re.compile(r"(?:[；;，。！!？?（）()｜|·—\u3000\n]|[,.:](?=\s|$))+")
POINTER = re.compile(r"[^。！？!?.]*↓\s*$")
COUNT = re.compile(r" · \d+(?=</summary>)")  # how many points fold
BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "blockquote", "br", "footer", "tr", "td"}


@dataclass
class Seen:
    """`texts` are the words; `buttons` labels with what they say to the bot (an address of a link)."""

    texts: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    rich: bool = False  # a message of Telegram's that folds: nothing is below it, and nothing points there

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.texts + other.texts, self.buttons + other.buttons, self.rich or other.rich)


def bare(words: str) -> str:
    """The words without what platforms write in their own way."""
    plain = PART_MARK.sub("", words.translate(PLAIN)).replace("：", "").replace("•", "")
    return "".join(
        c for c in plain if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf"} and c != "\ufffd"
    )


def differences(messages: Sequence[Message], seen: Seen, kind: ChatKind) -> list[str]:
    """Sentences; [] where the reader sees what was said. `messages` without those that others took the place of."""
    rest = _Rest(bare("\n".join(seen.texts)))
    told_below = {words for message in messages for words in _told_below(message)}
    if seen.rich:
        told_below |= {words for message in messages for words in _said([message.doc]) if POINTER.search(words)}
    needed = Counter(words for message in messages for words in _said([message.doc]))
    allowed = Counter(words for message in messages for words in _said(message.more))
    allowed += Counter(block.alt for message in messages for block in message.doc.blocks if isinstance(block, Picture))
    not_whole = Counter(words for words in _longest_first((needed + allowed).elements()) if not rest.take(words))
    cut = [(piece, words) for words in (not_whole & needed).elements() for piece in _pieces(POINTER.sub("", words))]
    cut.sort(key=lambda each: len(bare(each[0])), reverse=True)
    missing = [(piece, words) for piece, words in cut if not rest.take(piece)]
    found = [f"not seen: {piece[:80]}" for piece, words in missing if words not in told_below]
    repeated = {bare(piece) for message in messages for title in _titles(message.doc) for piece in _pieces(title)}
    left = [piece for piece in _pieces(rest.words) if piece.strip(".,:") not in {*repeated, ""}]
    if left and not any(message.prompt for message in messages):  # how to answer a question is the platform's to say
        found.append(f"seen, but not said: {' '.join(left)[:120]}")
    return [*found, *_button_differences(messages, seen, kind)]


@dataclass
class _Rest:
    """What was seen and is not yet accounted for."""

    words: str

    def take(self, words: str) -> bool:
        """Strike them out where they stand; False where they do not."""
        if bare(words) not in self.words:
            return False
        self.words = self.words.replace(bare(words), "\n", 1)
        return True


def _longest_first(words: Iterable[str]) -> list[str]:
    """So that a short one is not found within a long one."""
    return sorted(filter(bare, words), key=lambda each: len(bare(each)), reverse=True)


def _pieces(words: str) -> list[str]:
    """What a platform may set on lines of its own, or in another place: what stands between marks."""
    return _longest_first(CUT.split(words))


def _titles(document: Doc) -> Iterator[str]:
    yield from (plain_block(block) for block in document.blocks if isinstance(block, Heading))


def _told_below(message: Message) -> Iterator[str]:
    """The short lines of a section that folds: where it is shown, they need not be."""
    below = [title for each in message.more for title in list(_titles(each))[:1]]
    inside = False
    for block in message.doc.blocks:
        if isinstance(block, Heading):
            inside = any(plain_block(block).startswith(title) for title in below)
        if inside and isinstance(block, Heading | Quote):
            yield from _block_words(block)


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
    """The same buttons in the same order; left out are only those that the platform may leave out.

    That is what is shown already, what leads to where the reader is, and in a channel what is better asked in private.
    """
    left = list(seen.buttons)
    asked = {f"c:{message.prompt}" for message in messages if message.prompt}
    offered = [button for message in messages for row in message.buttons for button in row]
    for button in offered:
        if left and left[0][0] == _label(button) and _leads(button, left[0][1]):
            left.pop(0)
        elif not _may_be_left_out(button, kind, offered):
            yield f"no button [{button.label}]"
    for label, action in left:
        if action not in asked:
            yield f"a button that nobody offered: [{label}] {action}"


def _label(button: Button) -> str:
    return button.label if len(button.label) <= 80 else button.label[:40] + "…"


def _leads(button: Button, action: str) -> bool:
    return action == button.action or action.endswith(f"?start={encode_start(button.action)}")


def _may_be_left_out(button: Button, kind: ChatKind, offered: Sequence[Button]) -> bool:
    is_told_already = sum(other.action == button.action for other in offered) > 1
    return bool(button.private or button.opens or kind == "channel" or is_told_already)


def see_telegram(message: Json) -> Seen:
    """A message as the Bot API gives it, rich or classic."""
    html = message.get("html") or (message.get("rich_message") or {}).get("html") or ""
    texts = [message.get("text") or message.get("caption") or "", read_html(COUNT.sub("", html), numbered=True)]
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    keys = [(key["text"], key.get("callback_data") or key.get("url", "")) for row in rows for key in row]
    return Seen(texts, keys, rich=bool(html))


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
