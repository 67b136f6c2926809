"""Spans as Discord's Markdown: in, raw characters; out, text that reads as itself and does nothing of its own accord.

Always holds: what a post says can become no format, list, heading, mention, emoji, time stamp, link or preview. Only
a span's own style and `url` are markup. Sources: Discord's message formatting reference and its clients' behaviour.
"""

from __future__ import annotations

import re
from itertools import groupby

from report.doc import Span, Spans

MAX_URL = 1024  # a longer address would eat the message; its words stay, without the link
INVISIBLE = "\u200b"  # keeps two runs of the same markers apart
# Characters that Discord refuses or drops, and those that turn around the words after them.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
UNSEEN = re.compile(r"[\u061c\u200b\u200e\u200f\u2060-\u206f\ufeff]")
ALWAYS = re.compile(r"[\\*_~`|\[\]<@]")
LINE_START = re.compile(r"^([^\S\n]*\d*)([#+\-.>])", re.MULTILINE)
COLON = re.compile(r":(?=//|[^\s:]+:)")  # of an address, of :emoji:
INVITE = re.compile(r"(?<=\.gg)/|(?<=\.com)/(?=invite)", re.IGNORECASE)  # previewed even without https
ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
SCHEME = re.compile(r"(?:https?|steam)://", re.IGNORECASE)
UNSAFE_IN_URL = re.compile(r"[\s()<>\[\]\"'`\\*~|{}^\x00-\x1f\x7f]")


def printable(words: str) -> str:
    """The words without control characters, changes of direction and half characters."""
    return CONTROLS.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def units(text: str) -> int:
    """Its length as Discord may count it, in UTF-16 units: never too short."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(words: str, limit: int) -> str:
    """The words, as many as there may be, with a sign where some are missing."""
    while units(words) > limit:
        words = words[: min(len(words) - 2, limit - 1)].rstrip() + "…"
    return words


def one_line(words: str) -> str:
    """For names and labels, which Discord shows as they are: nothing that is not seen, single spaces."""
    return " ".join(UNSEEN.sub("", printable(words)).split())


def escape(words: str) -> str:
    """Markdown that shows these words. Its start counts as the start of a line."""
    escaped = ALWAYS.sub(r"\\\g<0>", printable(words))
    escaped = LINE_START.sub(r"\1\\\2", escaped)
    escaped = COLON.sub(r"\\:", escaped)
    return INVITE.sub(r"\\/", escaped)


def encode_spans(spans: Spans, *, quiet: bool = False) -> str:
    """The spans as Markdown. `quiet` wraps addresses so that Discord shows no preview (embeds never show one)."""
    encoded = ""
    for span in _joined(spans):
        piece = _encode_span(span, quiet=quiet)
        if encoded and piece and encoded[-1] == piece[0] and piece[0] in "*~`":
            encoded += INVISIBLE
        encoded += piece
    return encoded


def encode_url(url: str) -> str:
    """The address as it can stand in a Markdown link; "" if it is none, or too long."""
    safe = UNSAFE_IN_URL.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url.strip())
    return safe if ADDRESS.match(safe) and len(safe) <= MAX_URL and not CONTROLS.search(safe) else ""


def _joined(spans: Spans) -> list[Span]:
    """Neighbours of one style as one span, so that markers do not meet and nothing active is made of two halves."""
    joined: list[Span] = []
    for (bold, italic, strike, code, url), group in groupby(
        spans, key=lambda span: (span.bold, span.italic, span.strike, span.code, span.url)
    ):
        members = list(group)
        joined += members if url else [Span("".join(span.text for span in members), bold, italic, strike, code)]
    return joined


def _encode_span(span: Span, *, quiet: bool) -> str:
    words = printable(span.text)
    core = words.strip()
    if not core:
        return words
    before, _, after = words.partition(core)
    body = _encode_core(core, span, quiet=quiet)
    for styled, mark in ((span.strike, "~~"), (span.italic, "*"), (span.bold, "**")):
        body = f"{mark}{body}{mark}" if styled else body
    return before + body + after


def _encode_core(core: str, span: Span, *, quiet: bool) -> str:
    if span.url and (url := encode_url(span.url)):
        return _encode_link(core, url, quiet=quiet)
    styled = span.bold or span.italic or span.strike
    if span.code and not set(core) & set("`\n*~\\" if styled else "`\n"):  # a style's end is looked for in code too
        return f"`{core}`"
    return escape(core)


def _encode_link(words: str, url: str, *, quiet: bool) -> str:
    """A link whose words are an address stays unmasked: Discord does not mask one address with another."""
    if words == url:
        return f"<{url}>" if quiet else url
    label = SCHEME.sub("", words).replace("[", "［").replace("]", "］").replace("\n", " ").strip()
    if not label:
        return escape(words)
    return f"[{escape(label)}](<{url}>)" if quiet else f"[{escape(label)}]({url})"
