"""The shapes that a post comes in, each turned into a Tweet: X API v2 (old and new names), v1.1, twitterapi.io,
follow-builders, and our own.

In: one row and what surrounds it (the page's included users and posts, the author of a list of posts). Out: a Tweet,
or BadRow. Always holds: the shape is told by the row's content alone; long posts and reposts are whole where the row
or the page holds the rest; a repost keeps its 「RT @name: 」, so that the speaker stays known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from report.model import Author, Tweet
from report.sources.fields import (
    NOTHING,
    BadRow,
    Row,
    mapping,
    read_author,
    read_count,
    read_id,
    read_reference,
    read_text,
    read_time,
    read_urls,
    sequence,
)

RT = re.compile(r"RT @\w{1,20}: ")


@dataclass(frozen=True)
class Surroundings:
    """What a row's page says beside it. `known` are authors from elsewhere, by X user id."""

    source: str
    users: Mapping[str, Row] = field(default_factory=dict)
    posts: Mapping[str, Row] = field(default_factory=dict)
    known: Mapping[str, Author] = field(default_factory=dict)
    author: Row = field(default_factory=dict)

    def within(self, wrapper: Row) -> Surroundings:
        """The surroundings inside a wrapper: its `includes`, or the user whose posts it lists."""
        includes = mapping(wrapper.get("includes"))
        users = _by_id(includes.get("users"))
        posts = _by_id(includes.get("tweets")) | _by_id(includes.get("posts"))
        author = mapping(wrapper.get("user")) or (wrapper if wrapper.get("handle") else self.author)
        return replace(self, users={**self.users, **users}, posts={**self.posts, **posts}, author=author)


def _by_id(rows: object) -> dict[str, Row]:
    return {key: row for row in map(mapping, sequence(rows)) if (key := read_reference(row.get("id")))}


def decode_row(row: object, around: Surroundings) -> Tweet:
    """The post that a row of any of the shapes holds; BadRow says what is missing."""
    if not isinstance(row, Mapping):
        raise BadRow("不是 JSON 对象")
    author = mapping(row.get("author"))
    if "source" in row and "created_at" in row and "handle" in author:
        return _decode_own(row)
    if "id_str" in row or "full_text" in row or "screen_name" in mapping(row.get("user")):
        return _decode_v1(row, around)
    if "createdAt" in row and ("userName" in author or "likeCount" in row or "twitterUrl" in row):
        return _decode_twitterapi(row, around)
    if "createdAt" in row:
        return _decode_builder(row, around)
    return _decode_v2(row, around)


def _decode_own(row: Row) -> Tweet:
    try:
        return Tweet.model_validate(row)
    except ValidationError as error:
        wrong = dict.fromkeys(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise BadRow(f"字段不对：{'、'.join(wrong)}") from None


def _decode_builder(row: Row, around: Surroundings) -> Tweet:
    return Tweet(
        id=read_id(row.get("id")),
        author=read_author(row.get("author"), around.author, url=row.get("url")),
        text=read_text(row.get("text")),
        created_at=read_time(row.get("createdAt")),
        lang=_read_lang(row),
        likes=read_count(row.get("likes")),
        reposts=read_count(row.get("retweets")),
        replies=read_count(row.get("replies")),
        quotes=read_count(row.get("quotes")),
        quoted_id=read_reference(row.get("quotedTweetId")),
        source=around.source,
    )


def _decode_twitterapi(row: Row, around: Surroundings) -> Tweet:
    repost, quoted = mapping(row.get("retweeted_tweet")), mapping(row.get("quoted_tweet"))
    text = read_text(row.get("text"))
    return Tweet(
        id=read_id(row.get("id")),
        author=read_author(row.get("author"), around.author, url=row.get("url")),
        text=_whole_repost(text, repost.get("text"), repost.get("author")),
        created_at=read_time(row.get("createdAt")),
        lang=_read_lang(row),
        likes=read_count(row.get("likeCount")),
        reposts=read_count(row.get("retweetCount")),
        replies=read_count(row.get("replyCount")),
        quotes=read_count(row.get("quoteCount")),
        urls=read_urls(repost.get("entities") or row.get("entities")),
        quoted_id=read_reference(quoted.get("id")),
        quoted_text=read_text(quoted.get("text") or ""),
        reposted_id=read_reference(repost.get("id")),
        reply_to_id=read_reference(row.get("inReplyToId")),
        source=around.source,
    )


def _decode_v1(row: Row, around: Surroundings) -> Tweet:
    repost, quoted = mapping(row.get("retweeted_status")), mapping(row.get("quoted_status"))
    text = read_text(_v1_text(row))
    return Tweet(
        id=_v1_id(row),
        author=read_author(row.get("user"), around.author, url=row.get("url")),
        text=_whole_repost(text, _v1_text(repost), repost.get("user")),
        created_at=read_time(row.get("created_at")),
        lang=_read_lang(row),
        likes=read_count(row.get("favorite_count")),
        reposts=read_count(row.get("retweet_count")),
        replies=read_count(row.get("reply_count")),
        quotes=read_count(row.get("quote_count")),
        urls=_v1_urls(repost or row),
        quoted_id=read_reference(row.get("quoted_status_id_str") or row.get("quoted_status_id")),
        quoted_text=read_text(_v1_text(quoted) or ""),
        reposted_id=read_reference(repost.get("id_str") or repost.get("id")),
        reply_to_id=read_reference(row.get("in_reply_to_status_id_str") or row.get("in_reply_to_status_id")),
        source=around.source,
    )


def _v1_id(row: Row) -> str:
    return read_id(row.get("id_str") or row.get("id"))


def _v1_text(row: Row) -> object:
    extended = mapping(row.get("extended_tweet")).get("full_text")
    return extended or row.get("full_text") or row.get("text")


def _v1_urls(row: Row) -> tuple[str, ...]:
    return read_urls(mapping(row.get("extended_tweet")).get("entities") or row.get("entities"))


def _decode_v2(row: Row, around: Surroundings) -> Tweet:
    post_id = read_id(row.get("id"))
    references = _v2_references(row, around)
    repost_id, repost = references.get("retweeted", (None, NOTHING))
    quoted_id, quoted = references.get("quoted", (None, NOTHING))
    reposter = around.users.get(str(repost.get("author_id")), repost.get("author"))
    author = _v2_author(row, around)
    metrics = mapping(row.get("public_metrics"))
    return Tweet(
        id=post_id,
        author=author,
        text=_whole_repost(read_text(_v2_text(row)), _v2_text(repost), reposter),
        created_at=read_time(row.get("created_at")),
        lang=_read_lang(row),
        likes=read_count(metrics.get("like_count")),
        reposts=read_count(metrics.get("retweet_count")),
        replies=read_count(metrics.get("reply_count")),
        quotes=read_count(metrics.get("quote_count")),
        urls=_v2_urls(repost or row),
        quoted_id=quoted_id,
        quoted_text=read_text(_v2_text(quoted) or ""),
        reposted_id=repost_id,
        reply_to_id=references.get("replied_to", (None, NOTHING))[0],
        source=around.source,
        link=f"https://x.com/i/status/{post_id}" if is_nameless(author) else "",
    )


def is_nameless(author: Author) -> bool:
    """Is only the number of this account known? It then stands in place of the handle."""
    return author.id is not None and author.handle == author.id


def _v2_author(row: Row, around: Surroundings) -> Author:
    """The author, or one who is called by his number where the page does not say more."""
    author_id = read_reference(row.get("author_id"))
    if author_id and author_id in around.known:
        return around.known[author_id]
    included = around.users.get(author_id or "", NOTHING)
    try:
        author = read_author(row.get("author"), included, {"username": row.get("username")}, around.author)
    except BadRow:
        if author_id is None:
            raise
        return Author(handle=author_id, id=author_id)
    return author if author.id else author.model_copy(update={"id": author_id})


def _v2_references(row: Row, around: Surroundings) -> dict[str, tuple[str, Row]]:
    """For each kind of reference the id, and the post where the page includes it or the row embeds it."""
    references: dict[str, tuple[str, Row]] = {}
    for reference in map(mapping, sequence(row.get("referenced_tweets") or row.get("referenced_posts"))):
        if (key := read_reference(reference.get("id"))) is not None:
            references[str(reference.get("type"))] = (key, around.posts.get(key, reference))
    return references


def _v2_note(row: Row) -> Row:
    return mapping(row.get("note_tweet") or row.get("note_post"))


def _v2_text(row: Row) -> object:
    return _v2_note(row).get("text") or row.get("text")


def _v2_urls(row: Row) -> tuple[str, ...]:
    return read_urls(_v2_note(row).get("entities")) or read_urls(row.get("entities"))


def _whole_repost(text: str, original: object, author: object) -> str:
    """The repost's text with the whole original in place of the cut one; the text itself where there is none."""
    if not isinstance(original, str) or not original:
        return text
    if found := RT.match(text):
        return found[0] + read_text(original)
    try:
        return f"RT @{read_author(author).handle}: {read_text(original)}"
    except BadRow:
        return read_text(original)


def _read_lang(row: Row) -> str:
    lang = row.get("lang")
    return lang if isinstance(lang, str) else ""
