"""The counterpart refuses the rich messages that Telegram refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.counterparts.telegram_chats import Refused
from tests.counterparts.telegram_rich import check_rich

PHOTO = {"id": "cloud", "media": {"type": "photo", "media": "attach://cloud"}}
IMAGE = '<img src="tg://photo?id=cloud"/>'
JPEG = b"\xff\xd8\xff"


def check(html: str, files: dict[str, Any] | None = None, **more: Any) -> str:
    return check_rich({"html": html, **more}, files or {}, {"known-file"})


def test_a_whole_message_is_read() -> None:
    html = (
        "<h3>题 &amp; 目</h3><p><b>粗</b><br>行 &#x27;</p><ol><li>一<sup><a href='https://x.com/a'>1</a></sup></li></ol>"
        f"<figure>{IMAGE}<figcaption>图</figcaption></figure><details><summary>折</summary><p>里</p></details>"
        "<footer>完</footer>"
    )
    assert check(html, {"cloud": JPEG}, media=[PHOTO]) == "题 & 目粗行 '一1图折里完"
    known = {"id": "cloud", "media": {"type": "photo", "media": "known-file"}}
    assert check(IMAGE, media=[known]) == ""


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>一", 'unclosed tag "p"'),
        ("<b><i>一</b></i>", 'unexpected end tag "b"'),
        ("一</p>", 'unexpected end tag "p"'),
        ("<script>一</script>", 'unsupported tag "script"'),
        ("<li>一</li>", 'unexpected tag "li"'),
        ("<p><summary>一</summary></p>", 'unexpected tag "summary"'),
        ('<p class="x">一</p>', 'unsupported attribute of tag "p"'),
        ('<a href="javascript:alert(1)">一</a>', "wrong URL"),
        ("1 < 2", 'unexpected "<"'),
        ("&copy; 一", 'unsupported entity "copy"'),
        ("<!-- x -->一", "comments are unsupported"),
        ("<!doctype html>一", "declarations are unsupported"),
        (f"一{IMAGE}", 'media "tg://photo?id=cloud" not found'),
        ("  ", "rich message is empty"),
        ("字" * 32_769, "too many characters"),
        ("<p>一</p>" * 501, "too many blocks"),
        ("<ul>" + "<li>一</li>" * 500 + "</ul>", "too many blocks"),
        ("<b>" * 17 + "一" + "</b>" * 17, "too many levels"),
        ('<img src="https://e.example/a.jpg"/>' * 51, "too many media"),
    ],
)
def test_what_cannot_be_read_or_is_too_much_is_refused(html: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        check(html)
    assert caught.value.code == 400
    assert said in caught.value.description


@pytest.mark.parametrize(
    ("media", "files", "said"),
    [
        ([PHOTO], {}, 'file "cloud" is not attached'),
        ([PHOTO], {"cloud": b"GIF"}, "IMAGE_PROCESS_FAILED"),
        ([{**PHOTO, "id": "a b"}], {"cloud": JPEG}, "wrong media identifier"),
        ([{"id": "cloud", "media": {"type": "photo", "media": "no-such-file"}}], {}, "wrong remote file identifier"),
    ],
)
def test_media_must_be_there(media: list[dict[str, Any]], files: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as caught:
        check(IMAGE, files, media=media)
    assert said in caught.value.description


def test_exactly_one_form_is_given() -> None:
    with pytest.raises(Refused, match="exactly one of"):
        check_rich({"html": "一", "markdown": "一"}, {}, set())
    with pytest.raises(Refused, match="exactly one of"):
        check_rich({}, {}, set())
