"""Posts from a file: JSON Lines, JSON arrays and pages, pretty-printed or one after another, plain or gzip.

In: a path. Out: Tweets in the file's order and problems in Chinese, each with the file's name and the line. Always
holds: a damaged line costs itself only; the event loop is free while the file is read.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from report.errors import InputError, SourceError
from report.model import Period, Tweet
from report.sources import Collected
from report.sources.decode import decode

SHAPES = (
    "JSON Lines, JSON arrays or X API v2 pages with rows of X API v2, X API v1.1, twitterapi.io, follow-builders "
    "or Tuibao, plain or .gz"
)
GZIP = b"\x1f\x8b"
DOCUMENT_START = re.compile(r"^[ \t]*[\[{]", re.MULTILINE)
BETWEEN = re.compile(r"[\s,\]\x1e]*")  # what may stand between documents; commas only after damage in an array
NOT_UTF8 = re.compile("[\udc80-\udcff]")
NAMED_PROBLEMS = 5


class FileSource:
    """A file as a source of posts; what the period does not hold is left out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"file:{path.name}"

    async def read(self, period: Period) -> Collected:
        """The file's posts of the period, each id once (the last reading of it). SourceError where there is none."""
        try:
            tweets, problems = await asyncio.to_thread(read_posts, self.path)
        except InputError as error:
            raise SourceError(self.name, str(error)) from error
        inside = {tweet.id: tweet for tweet in tweets if period.holds(tweet.created_at)}
        notes = [_count_problems(self.path.name, problems)] if problems else []
        if not inside:
            notes.append(_say_outside(self.path.name, tweets))
        return Collected(tweets=tuple(inside.values()), notes=tuple(notes))


def read_posts(path: Path) -> tuple[list[Tweet], list[str]]:
    """All posts of a file, and a line in Chinese for each row that is none.

    InputError where the file cannot be read or holds not a single post.
    """
    content, problems = _unpacked(path)
    text = _decoded(content, problems)
    tweets: list[Tweet] = []
    for line, document in _documents(text, problems):
        decoded = decode(document, source=f"file:{path.name}", place=f"第 {line} 行")
        tweets += decoded.tweets
        problems += decoded.problems
    if not tweets:
        found = f" ({problems[0]})" if problems else ""
        raise InputError(f"file: {path} holds no readable post{found}; accepted are {SHAPES}")
    return tweets, [f"{path.name} {problem}" for problem in problems]


def _unpacked(path: Path) -> tuple[bytes, list[str]]:
    """The file's bytes, unpacked if they are gzip; of a torn gzip file what came before the tear."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"file: {path} cannot be read: {error.strerror}; check the path and its rights") from error
    if not content.startswith(GZIP):
        return content, []
    unpacked, rest = bytearray(), content
    try:
        while rest.startswith(GZIP):
            member = zlib.decompressobj(wbits=31)
            unpacked += member.decompress(rest)
            if not member.eof:
                return bytes(unpacked), ["：压缩文件不完整，只读出前面的部分"]
            rest = member.unused_data
    except zlib.error as error:
        if not unpacked:
            raise InputError(f"file: {path} is a damaged gzip file ({error}); fetch it again") from error
        return bytes(unpacked), ["：压缩文件有损坏，只读出前面的部分"]
    return bytes(unpacked), []


def _decoded(content: bytes, problems: list[str]) -> str:
    """The text: UTF-8, with or without BOM, or UTF-16 with one. Lines with other bytes are named and kept."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    if NOT_UTF8.search(text):
        problems.extend(
            f"第 {number} 行：有不是 UTF-8 的字节，已换成 �"
            for number, line in enumerate(text.split("\n"), 1)
            if NOT_UTF8.search(line)
        )
    return text


def _documents(text: str, problems: list[str]) -> Iterator[tuple[int, object]]:
    """Each JSON document of the text with the line where it starts; after damage, on with one that starts a line."""
    decoder, at, counted, line = json.JSONDecoder(), 0, 0, 1
    while (at := _next_start(text, at)) < len(text):
        line, counted = line + text.count("\n", counted, at), at
        try:
            document, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            problems.append(f"第 {line} 行：不是完整的 JSON")
            end_of_line = text.find("\n", at)
            following = DOCUMENT_START.search(text, end_of_line + 1) if end_of_line >= 0 else None
            at = following.start() if following else len(text)
            continue
        yield line, document
        at = end


def _next_start(text: str, at: int) -> int:
    found = BETWEEN.match(text, at)
    return found.end() if found else at


def _count_problems(name: str, problems: list[str]) -> str:
    named = "；".join(problem.removeprefix(f"{name} ") for problem in problems[:NAMED_PROBLEMS])
    more = "……" if len(problems) > NAMED_PROBLEMS else ""
    return f"{name}：有 {len(problems)} 处读不懂：{named}{more}"


def _say_outside(name: str, tweets: list[Tweet]) -> str:
    days = sorted(tweet.created_at for tweet in tweets)
    return f"{name}：{len(tweets)} 条帖子都不在这段时间里（从 {days[0]:%Y-%m-%d} 到 {days[-1]:%Y-%m-%d}，UTC）"
