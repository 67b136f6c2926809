"""Corrections on Telegram: what takes whose place, what cannot be changed, pictures that are uploaded once."""

from __future__ import annotations

import pytest

from bot.platforms import ChatGone, Part, RetryLater, Uneditable
from bot.platforms.telegram import TelegramPlatform
from bot.platforms.telegram.corrections import match_parts
from tests.bot.platforms.telegram.briefs import make_brief
from tests.counterparts.telegram_server import TelegramServer

TEXT: Part = {
    "method": "sendMessage", "text": "乙", "entities": [], "link_preview_options": {"is_disabled": True},
}  # fmt: skip
RICH: Part = {"method": "sendRichMessage", "html": "<p>甲</p>", "pictures": {}, "instead": [TEXT]}


def photo(path: str, caption: str = "图") -> Part:
    return {"method": "sendPhoto", "photo": path, "caption": caption, "caption_entities": []}


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ("TT", "TT", ("1", "2")),
        ("T", "TT", ("1", "")),
        ("TT", "T", ("1", "2")),
        ("PT", "PT", ("1", "2")),
        ("P", "T", ("", "1")),
        ("PT", "TT", ("2", "", "1")),
        ("T", "P", ("1",)),
        ("R", "PT", ("1", "")),
        ("PT", "R", ("2", "1")),
    ],
)
def test_a_photo_stays_a_photo_and_all_else_becomes_anything(old: str, new: str, edits: tuple[str, ...]) -> None:
    kinds = {"T": TEXT, "P": photo("cloud.jpg"), "R": RICH}
    sent = [str(number) for number, _ in enumerate(old, 1)]
    assert match_parts([kinds[each] for each in old], sent, [kinds[each] for each in new]) == edits


def test_what_did_not_arrive_takes_no_part_in_it() -> None:
    assert match_parts([TEXT] * 2, ["", "7"], [TEXT] * 2) == ("7", "")
    assert match_parts([TEXT] * 3, ["-", "?", "7"], [TEXT] * 4) == ("-", "-", "7", "")


async def test_a_text_a_rich_message_and_a_photo_are_changed_in_place(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    chat = server.add_chat()
    first = await platform.send(str(chat), TEXT)
    second = await platform.send(str(chat), photo(picture))
    assert await platform.edit(str(chat), first, TEXT | {"text": "乙，更正"}) == first
    assert await platform.edit(str(chat), first, TEXT | {"text": "乙，更正"}) == first  # not modified
    await platform.edit(str(chat), second, photo(picture, "图，更正"))
    shown = server.messages(chat)
    assert [shown[0]["text"], shown[1]["caption"]] == ["乙，更正", "图，更正"]
    await platform.edit(str(chat), first, photo(picture, "成了图"))
    assert server.messages(chat)[0]["caption"] == "成了图"
    (brief,) = platform.encode(make_brief(picture))
    third = await platform.send(str(chat), TEXT)
    await platform.edit(str(chat), third, brief)
    assert "html" in server.messages(chat)[2]


async def test_what_was_deleted_cannot_be_changed_and_is_deleted_already(
    server: TelegramServer, platform: TelegramPlatform
) -> None:
    chat = server.add_chat()
    sent = await platform.send(str(chat), TEXT)
    server.messages(chat).clear()
    with pytest.raises(Uneditable, match="Message to edit not found"):
        await platform.edit(str(chat), sent, TEXT)
    await platform.delete(str(chat), sent)
    kept = await platform.send(str(chat), TEXT)
    server.lasting.add(int(kept))
    with pytest.raises(Uneditable, match="Message can't be deleted"):
        await platform.delete(str(chat), kept)
    server.block(chat)
    with pytest.raises(ChatGone):
        await platform.edit(str(chat), kept, TEXT)


async def test_a_picture_is_uploaded_once_for_all_chats_and_anew_when_it_was_made_anew(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    chats = [server.add_chat() for _ in range(4)]
    for chat in chats:
        await platform.send(str(chat), photo(picture))
    assert server.uploads == 1
    (brief,) = platform.encode(make_brief(picture))
    for chat in chats:
        await platform.send(str(chat), brief)
    assert server.uploads == 1
    with open(picture, "ab") as file:  # noqa: ASYNC230, PTH123  a small one
        file.write(b"new")
    await platform.send(str(chats[0]), photo(picture))
    await platform.send(str(chats[1]), brief)
    assert server.uploads == 2


async def test_a_rich_brief_brings_the_id_of_its_picture(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    (brief,) = platform.encode(make_brief(picture))
    for _ in range(3):
        await platform.send(str(server.add_chat()), brief)
    assert server.uploads == 1


async def test_an_id_that_telegram_has_forgotten_is_uploaded_again(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    chat = server.add_chat()
    await platform.send(str(chat), photo(picture))
    server._files.clear()
    with pytest.raises(RetryLater, match="Wrong remote file identifier"):
        await platform.send(str(chat), photo(picture))
    await platform.send(str(chat), photo(picture))
    assert server.uploads == 2
