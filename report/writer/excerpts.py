"""Words of a post as they may be quoted: its lines, and whole sentences from their start.

In: a post's text. Out: lines; quotations. Always holds: what is quoted stands in the post as whole words; list marks,
emoji, links and the hashtags at a line's end are left out; lines that do not run on become quotations of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from report.clean import width
from report.clean.duplicates import LINK, REPOST

EXCERPT = 220  # columns of a quotation
OVER = 1.5  # times that, if it completes a sentence where less than half would be left without
PARTS = 4  # quotations in a row
PART = 4  # columns of a quotation beside others
ASIDE = 40  # columns of a line in brackets that is left out
ROOM = 24  # columns that are left for one more
AFTER_CHINESE_MARK = re.compile(r"(?<=[，。！？；：、…」』）]) ")
BULLET = re.compile(
    r"^(?:(?:[-*+>→–—▪■●▶]|#{1,6}|\d{1,2}\ufe0f?\u20e3)\s+|[·•]\s*|\d{1,2}[.)、/）](?!\d)\s*|[(（]\d{1,2}(?::\d\d)*[)）]\s*|[①-⑳]\s*)+"
)
HANDLES = re.compile(r"^(?:\.?@\w+\s+){2,}")  # whom a post answers
HASHTAGS = re.compile(r"(?:^|\s+)(?:#\w+\s*)+$")
ENDED = re.compile(r"[.!?。！？:：;；,，…)）」』\"”]$")
BREAK = re.compile(r"[,;:，；：、](?=\s|[\u3400-\u9fff])|\s[-–—]\s")
LOOSE = " ,，、…:：;；-–—(（"
SENTENCE = re.compile(r".+?(?:[。！？!?]+|(?<!\d)\.(?=\s|$)|$)", re.DOTALL)


def lines_of(text: str) -> list[str]:
    """The lines of a post as they can be quoted, one that runs on joined with the next. Inner 「」 become 『』."""
    said = LINK.sub(" ", REPOST.sub("", text)).replace("「", "『").replace("」", "』")
    lines: list[str] = []
    runs_on = False
    for number, raw in enumerate(said.splitlines()):
        spoken = " ".join(raw.split())
        pure = without_emoji(BULLET.sub("", spoken if number else HANDLES.sub("", spoken)))
        bare = HASHTAGS.sub("", BULLET.sub("", pure)).strip()
        if not any(map(str.isalnum, bare)):
            runs_on = runs_on and not pure and bool(ENDED.search(lines[-1]))
            continue
        is_item = pure != spoken and not spoken.startswith("@")
        if lines and runs_on and not is_item and _runs_on(lines[-1], bare):
            lines[-1] = AFTER_CHINESE_MARK.sub("", f"{lines[-1]} {bare}")
        else:
            lines.append(AFTER_CHINESE_MARK.sub("", bare))
        runs_on = not is_item
    return lines or [plain(text)]


def _runs_on(line: str, following: str) -> bool:
    if is_chinese(line) and is_chinese(following):
        return True
    return bool(ENDED.search(line)) or following[0].islower()


def without_emoji(text: str) -> str:
    """The words without pictures; letters in a mathematical fashion are plain ones."""
    if text.isascii():
        return text
    kept = (
        unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7ff" else c
        for c in text
        if not (c >= "\u2600" and unicodedata.category(c) in {"So", "Sk"}) and c not in "\ufe0f\u200d\u20e3"
    )
    return " ".join("".join(kept).split())


def quote(lines: Sequence[str], columns: int = EXCERPT) -> str:
    """What is quotable of the lines, each part in 「」."""
    return "".join(f"「{part}」" for part in quotable(lines, columns))


def quotable(lines: Sequence[str], columns: int = EXCERPT) -> list[str]:
    """Whole sentences from the start, up to that many columns; a line that runs on into no other makes a part.

    A first sentence that is too long is taken up to a clause's end, with 「……」.
    """
    left, parts, taken = columns, list[str](), ""
    for line in lines:
        if parts and (len(parts) == PARTS or width(line) < PART):
            break
        if parts and line[0] in "(（" and width(line) < ASIDE:
            continue
        taken = _whole(line, left, columns * (OVER if not parts else 1)) or ("" if parts else excerpt(line, columns))
        if not taken.strip(LOOSE):
            break
        parts.append(taken if taken.endswith("……") else taken.rstrip(LOOSE))
        left -= width(taken)
        if len(taken) < len(line) or left < ROOM:
            break
    return _without_announcement(parts) if parts and taken.endswith((":", "：")) else parts or list(lines[:1])


def _without_announcement(parts: list[str]) -> list[str]:
    """Without a last sentence that only announces what is not quoted, if there is another."""
    *before, _ = SENTENCE.findall(parts[-1])
    return [*parts[:-1], *filter(None, ["".join(before).strip()])] or parts


def excerpt(text: str, columns: int = EXCERPT) -> str:
    """Whole sentences from the start, up to that many columns; of a long first sentence whole clauses."""
    said = " ".join(text.split())
    if taken := _whole(said, columns, columns):
        return taken
    cut, used = 0, 0
    for character in said:
        used += width(character)
        if used > columns:
            break
        cut += 1
    head = said[:cut]
    if cut == len(said):
        return head
    clause = max((mark.start() for mark in BREAK.finditer(head)), default=0)
    if width(head[:clause]) * 2 >= columns:
        head = head[:clause]
    elif said[cut - 1].isascii() and said[cut].isascii() and " " in head:
        head = head.rpartition(" ")[0]
    return head.rstrip(LOOSE) + "……"


def _whole(said: str, columns: int, most: float) -> str:
    """The whole sentences from the start that have room; up to `most` columns where those fill less than half."""
    taken, used = 0, 0
    for sentence in SENTENCE.finditer(said):
        more = used + width(sentence[0])
        if more > (most if used * 2 < columns else columns):
            break
        taken, used = sentence.end(), more
    return said[:taken].strip()


def plain(text: str) -> str:
    """The words of a post on one line, without repost mark and links; inner 「」 become 『』."""
    said = LINK.sub(" ", REPOST.sub("", text)).replace("「", "『").replace("」", "』")
    return AFTER_CHINESE_MARK.sub("", " ".join(said.split()))


def is_chinese(text: str) -> bool:
    return chinese_characters(text) * 2 > len(text.replace(" ", ""))


def chinese_characters(text: str) -> int:
    return sum("\u3400" <= character <= "\u9fff" for character in text)
