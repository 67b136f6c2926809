"""Words and addresses as Markdown that shows them as they are.

In: raw characters. Out: one line of Markdown. Always holds: a CommonMark parser gives the words back; nothing in them
becomes markup, HTML, a link or a list, nor (in Jekyll) Liquid, a kramdown attribute, table, formula or typographic
dash. Only what would is escaped, so that Chinese stays readable in the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from report.doc import SUPERSCRIPTS
from report.model import STATUS_URL

# Zero-width joiners and tags make one emoji of several; other format characters turn the text around or hide in it.
KEPT_FORMAT = frozenset("\u200c\u200d") | {chr(code) for code in range(0xE0020, 0xE0080)}
HAN = r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]"
WRAPPED = re.compile(rf"(?<={HAN})\s*\n\s*(?={HAN})")
# A chat would make a mention or a command of these, so a post shows them as code, too.
ACTIVE = re.compile(r"(?<![\w/@.])[@/][A-Za-z_]\w*(?:-\w+)*", re.ASCII)
SPECIAL = re.compile(
    r"[\\`*\[\]<|]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
    r"|~|&(?=#?\w+;)|\{(?=[{%:#]|$)"
    r"|-(?=-)|(?<=-)-|\$(?=\$)|(?<=\$)\$|>(?=>)|(?<=>)>"
    r"|!$"  # a citation follows: `![¹]` would be a picture
)
LEADING = re.compile(r"\^$|[#>=]|[-+:](?=\s|$)|\d+(?=[.)](?:\s|$))")
# kramdown does not know these escaped by a backslash, and Liquid would not heed it.
ENTITIES = {"~": "&#126;", "&": "&amp;", "{": "&#123;", "^": "&#94;"}
SAFE_IN_PATH = "/:=&?#+,;@!-._~%"


def clean(text: str) -> str:
    """One line without control and direction characters; a line break between Chinese characters leaves no gap."""
    seen = "".join(char for char in text if _is_visible(char))
    return " ".join(WRAPPED.sub("", seen).split())


def _is_visible(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char.isspace()
    category = unicodedata.category(char)
    return category not in {"Cc", "Cf", "Cs"} or char in KEPT_FORMAT or char.isspace()


def escape(text: str, *, line_start: bool = False) -> str:
    """Cleaned words as inline Markdown; @handles and /commands become code. `line_start`: they begin their line."""
    parts: list[str] = []
    at = 0
    for found in ACTIVE.finditer(text):
        parts += [_escape_plain(text[at : found.start()], line_start=line_start and at == 0), f"`{found[0]}`"]
        at = found.end()
    parts.append(_escape_plain(text[at:], line_start=line_start and at == 0))
    return "".join(parts)


def escape_heading(text: str) -> str:
    """The same for the text of a heading, whose closing # would be lost."""
    return escape(text).replace("#", r"\#").replace(r"&\#", "&#")


def _escape_plain(text: str, *, line_start: bool) -> str:
    escaped = SPECIAL.sub(lambda found: ENTITIES.get(found[0], "\\" + found[0]), text)
    if not line_start:
        return escaped
    if leading := LEADING.match(escaped):
        first = leading[0]
        if first[0].isdigit():
            return f"{first}\\{escaped[len(first) :]}"
        return ENTITIES.get(first, "\\" + first) + escaped[len(first) :]
    return escaped


def citations(urls: Iterable[str]) -> str:
    """¹²³ as links to the addresses, which `address` has made."""
    return "".join(
        f"[{str(number).translate(SUPERSCRIPTS)}]({re.sub(r'&(?=#?[A-Za-z0-9]+;)', '&amp;', url)})"
        for number, url in enumerate(urls, 1)
    )


def address(url: str) -> str:
    """The address as it may stand in a link, percent-encoded; "" if it is no plain http(s) address.

    A post on X gets its one canonical address; a name before the host (`https://x.com@elsewhere`) is refused.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.encode("idna").decode().lower()
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.-]+(:\d{1,5})?", host):
        return ""
    query, fragment = (f"{mark}{part}" if part else "" for mark, part in (("?", parts.query), ("#", parts.fragment)))
    rest = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", parts.path + query + fragment)
    plain = f"{parts.scheme}://{host}{quote(rest, safe=SAFE_IN_PATH, errors='replace')}"
    found = STATUS_URL.match(plain)
    if found and plain[found.end() : found.end() + 1] in {"", "/", "?", "#"}:
        return f"https://x.com/{found[1]}/status/{found[2]}"
    return plain


def handle_of(url: str) -> str:
    """The author in the address of a post on X; "" elsewhere, and for `i`, which X puts where it names nobody."""
    found = STATUS_URL.match(url)
    return found[1] if found and found[1] != "i" else ""
