"""What a model wrote, as raw words: no markup, no link, no line break, no label of the prompt.

In: any string. Out: characters that mean only themselves. Always holds: doing it twice changes nothing.
"""

from __future__ import annotations

import re

ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{0,15}://[!-~\u00a1-\u2dff]*|www\.[!-~\u00a1-\u2dff]+|(?<![a-z0-9])(?:t\.co|bit\.ly)/[!-~]+",
    re.IGNORECASE,
)
LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
TAG = re.compile(
    r"</?(?:a|b|i|u|s|p|br|hr|em|strong|code|pre|h[1-6]|[uo]l|li|div|span|img|script|style|iframe|svg|details|summary"
    r"|blockquote|table|thead|tbody|tr|t[dh]|sup|sub|del|ins|mark|font|input|form|button)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|~~|`{1,3}|(?<![\w*])\*(?=[^\s*]))(.{1,400}?)\1")
LIST_MARK = re.compile(r"^\s*(?:#{1,6}(?=\s)|[-*+•>](?=\s)|\d{1,2}[.、)](?=\s))\s*")
LABEL = re.compile(r"\s*[(（\[【]\s*[pd]\d{1,4}(?:\s*[,，、;；\s]\s*[pd]\d{1,4})*\s*[)）\]】]")
# Unicode's categories Cc, Cf, Co, Cs, Zl and Zp, but for the line feed and the joiner.
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Diacritics beyond two on a letter: no language piles up so many, and they run into the lines around.
PILED = re.compile(
    r"(?<=[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
EMPTY_BRACKETS = re.compile(r"\s*(?:\(\s*\)|（\s*）|\[\s*\]|【\s*】)")


def plain(words: str) -> str:
    """The words on one line, without Markdown, HTML, addresses, control characters and labels like (p3).

    >>> plain("**Mila** 免费额度[下调](https://t.co/x)（p3）")
    'Mila 免费额度下调'
    """
    while True:
        cleaner = _strip_once(words)
        if cleaner == words:
            return words
        words = cleaner


def _strip_once(words: str) -> str:
    words = LINK.sub(r"\1", visible(" ".join(words.split())))
    words = TAG.sub("", ADDRESS.sub("", words))
    words = EMPHASIS.sub(r"\2", words).replace("**", "")
    words = EMPTY_BRACKETS.sub("", LABEL.sub("", words))
    return LIST_MARK.sub("", " ".join(words.split())).strip()


def visible(words: str) -> str:
    """The words without control and direction characters, halves of a pair and piled-up diacritics.

    Joiners stay, emoji need them; every kind of line break is a line feed, a tab a blank.
    """
    return PILED.sub("", INVISIBLE.sub("", BREAK.sub("\n", words.replace("\t", " "))))


def plain_headline(words: str) -> str:
    """A headline as raw words, without a full stop at its end."""
    return plain(plain(words).rstrip("。.：:；;，, "))


def dollars(usd: float) -> str:
    """At most four decimals, at least two: 0.0087, 0.62."""
    whole, _, decimals = f"{usd:.4f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def spaced(*words: str) -> str:
    """The words in a row, with a space where Chinese and Latin meet: AI 日报, 人工智能日报."""
    said = ""
    for word in words:
        meet = said and word and said[-1].isalnum() and word[0].isalnum() and said[-1].isascii() != word[0].isascii()
        said += f" {word}" if meet else word
    return said
