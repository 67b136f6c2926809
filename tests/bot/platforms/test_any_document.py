"""Whatever a document holds, each platform gets it whole, in parts that are valid there."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms import Part
from bot.platforms.discord.encode import encode_message as encode_for_discord
from bot.platforms.local.markup import encode_html
from bot.platforms.telegram.encode import encode_message as encode_for_telegram
from handlers.base import Message
from handlers.chats import ChatKind
from report.doc import Doc
from tests.bot.platforms.discord.reading import read_markdown
from tests.bot.platforms.local.test_markup import ALLOWED, Reading
from tests.counterparts.discord_limits import check_message
from tests.counterparts.telegram_chats import check_keyboard, check_text, styles_collide
from tests.counterparts.telegram_rich import check_rich
from tests.documents import BRIEFS, DOCUMENTS, MESSAGES, kept, words_of

KINDS: st.SearchStrategy[ChatKind] = st.sampled_from(["private", "group", "channel"])
LETTERS = re.compile(r"[^\w]|[_]")  # Discord's Markdown is read back without the signs that it may be made of


def check_classic(part: Part) -> str:
    """Its words, where Telegram would take it."""
    name, limit, what = ("caption", 1024, "message caption") if "photo" in part else ("text", 4096, "message")
    body, entities = part.get(name, ""), part.get("caption_entities" if "photo" in part else "entities", [])
    check_text(body, entities, limit=limit, what=what)
    check_keyboard(part.get("reply_markup"))
    assert len(entities) <= 100
    assert not styles_collide(entities)
    json.dumps(part, ensure_ascii=False).encode()
    return str(body)


@given(MESSAGES, KINDS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_telegrams_classic_messages_hold_every_word(message: Message, kind: ChatKind, in_place: bool) -> None:
    parts = encode_for_telegram(message, username="TuibaoTestBot", kind=kind, in_place=in_place)
    assert kept("".join(map(check_classic, parts))) >= kept(words_of(message.doc))


@given(BRIEFS, KINDS)
@settings(max_examples=100, deadline=None)
def test_a_rich_brief_is_valid_and_so_is_what_goes_instead(message: Message, kind: ChatKind) -> None:
    parts = encode_for_telegram(message, username="TuibaoTestBot", kind=kind, rich=True)
    classic = encode_for_telegram(message, username="TuibaoTestBot", kind=kind)
    rich = [part for part in parts if part["method"] == "sendRichMessage"]
    assert len(rich) == len(parts) or list(parts) == list(classic)
    for part in rich:
        media = [{"id": name, "media": {"type": "photo", "media": "known"}} for name in part["pictures"]]
        check_rich({"html": part["html"], "media": media}, {}, {"known"})
        check_keyboard(part.get("reply_markup"))
        assert part["instead"] == list(classic)


@given(DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_discords_messages_hold_every_letter(document: Doc) -> None:
    said = ""
    for part in encode_for_discord(Message(document)):
        check_message({name: value for name, value in part.items() if name != "files"}, 0, creates=True)
        said += _seen_on_discord(part)
    assert _letters(said) >= _letters("\n".join(map(_plain, document.blocks)))


@given(DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_the_local_page_holds_every_word(document: Doc) -> None:
    reading = Reading(encode_html(document))
    assert reading.open == []
    assert all(set(attributes) <= ALLOWED[tag] for tag, attributes in reading.tags)
    assert kept(reading.words) >= kept(words_of(document))


def _plain(block: Any) -> str:
    return words_of(Doc((block,)))


def _seen_on_discord(part: Part) -> str:
    texts = [part.get("content", "")]
    for embed in part.get("embeds", ()):
        texts += [embed.get("title", ""), embed.get("description", "")]
        texts += [words for told in embed.get("fields", ()) for words in (told["name"], told["value"])]
    plain = [embed.get("footer", {}).get("text", "") for embed in part.get("embeds", ())]
    return "\n".join([*(read_markdown(text).text for text in texts), *plain])


def _letters(words: str) -> Counter[str]:
    return kept(LETTERS.sub("", re.sub(r"https?://", "", words)))
