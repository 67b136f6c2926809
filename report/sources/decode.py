"""Decoded JSON of any accepted shape → posts, and a line for each row that is none.

In: one JSON document: a row, an array of rows, a page of X's API with its includes, or an object that wraps lists of
rows. Out: Tweets in the document's order and problems in Chinese, each with its place. Always holds: every row becomes
a post or a problem; posts that a page merely includes are no rows, they complete the texts of those that are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from report.model import Author, Tweet
from report.sources.fields import BadRow, Row
from report.sources.shapes import Surroundings, decode_row

WRAPPERS = ("data", "tweets", "posts", "statuses", "followings", "results", "items", "x")
TEXTS = ("text", "full_text")
MAX_DEPTH = 12


@dataclass(frozen=True)
class Decoded:
    tweets: tuple[Tweet, ...] = ()
    problems: tuple[str, ...] = ()


def decode(document: object, *, source: str, place: str = "", authors: Mapping[str, Author] | None = None) -> Decoded:
    """The posts of a document and what is wrong with its other rows.

    `place` says where the document stands (「第 7 行」), `authors` are known ones by X user id.
    """
    tweets: list[Tweet] = []
    problems: list[str] = []
    for where, row, around in _rows(document, place, Surroundings(source, known=authors or {})):
        try:
            tweets.append(decode_row(row, around))
        except BadRow as error:
            problems.append(f"{where}：{error}" if where else str(error))
    return Decoded(tuple(tweets), tuple(problems))


def _rows(node: object, place: str, around: Surroundings, depth: int = 0) -> Iterator[tuple[str, object, Surroundings]]:
    if depth > MAX_DEPTH:
        yield place, None, around
    elif isinstance(node, list):
        for number, child in enumerate(node, 1):
            yield from _rows(child, _joined(place, f"第 {number} 条"), around, depth + 1)
    elif isinstance(node, Mapping) and not any(name in node for name in TEXTS):
        lists = [node[name] for name in WRAPPERS if isinstance(node.get(name), (list, dict))]
        if not lists and not _is_empty_page(node):
            yield place, node, around
        for child in lists:
            yield from _rows(child, place, around.within(node), depth + 1)
    else:
        yield place, node, around


def _is_empty_page(node: Row) -> bool:
    """Is it X's answer that found nothing?"""
    meta = node.get("meta")
    return isinstance(meta, Mapping) and meta.get("result_count") == 0


def _joined(place: str, part: str) -> str:
    return f"{place}{part}" if place else part
