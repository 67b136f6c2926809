"""HTML of a rich message as it can stand in a page of ours: the tags that Telegram documents, and nothing that acts.

Also pictures as data, so that the page is one file.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

from markupsafe import Markup, escape

TAGS = frozenset(
    {"a", "b", "blockquote", "br", "code", "details", "em", "figcaption", "figure", "footer", "hr", "i", "img"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "s", "strong", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
)
ALONE = frozenset({"br", "hr", "img"})
NUMBERS = {"ol": ("start",), "li": ("value",), "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan")}
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def picture_data(path: str) -> str:
    """The file as a data: address, "" where it is no picture or gone."""
    kind = mimetypes.guess_type(path)[0] or ""
    try:
        content = Path(path).read_bytes()
    except OSError:
        return ""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if kind.startswith("image/") else ""


def clean(html: str, pictures: Mapping[str, str]) -> Markup:
    """`pictures`: what stands for each address that an <img> may have."""
    reader = _Cleaner(pictures)
    reader.feed(html)
    reader.close()
    return Markup("".join([*reader.html, *(f"</{tag}>" for tag in reversed(reader.open))]))  # noqa: S704  as below


class _Cleaner(HTMLParser):
    """Writes what it reads anew: every character escaped, tags of ours, closed in order."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__()
        self.html: list[str] = []
        self.open: list[str] = []
        self._pictures = pictures

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            return
        self.html.append(f"<{tag}{self._attributes(tag, {name: value or '' for name, value in attrs})}>")
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                self.html.append(f"</{last}>")
            self.html.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.html.append(str(escape(data)))

    def _attributes(self, tag: str, given: Mapping[str, str]) -> str:
        kept = {name: given[name] for name in NUMBERS.get(tag, ()) if given.get(name, "").isdecimal()}
        if tag == "a" and ADDRESS.fullmatch(given.get("href", "")):
            kept["href"] = given["href"]
        if tag == "img":
            kept |= {"src": self._pictures.get(given.get("src", ""), ""), "alt": given.get("alt", "")}
        if tag == "details" and "open" in given:
            kept["open"] = ""
        return "".join(str(Markup(' {}="{}"').format(name, value)) for name, value in kept.items())
