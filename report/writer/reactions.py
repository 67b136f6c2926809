"""市场情绪 without a model: how much is about what, which posts were answered and liked most. No judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report.model import HEADINGS, Counted, Point, Section, Story, Tweet
from report.names import short_name
from report.writer.excerpts import lines_of, quote


def places_of(sections: Sequence[Section]) -> dict[str, str]:
    """The heading under which each post is quoted, by its id."""
    quoting = [section for section in reversed(sections) if section.kind != "overview"]
    return {point.citations[0]: section.heading for section in quoting for point in section.all_points()}


def write_sentiment(stories: Sequence[Story], finance: Sequence[Story], places: Mapping[str, str]) -> Section:
    tweets = [tweet for story in stories for tweet in story.tweets]
    money = sum(len(story.tweets) for story in finance)
    points = []
    argued = max(tweets, key=lambda tweet: tweet.replies or 0, default=None)
    if argued and argued.replies:
        head = f"回复最多：{short_name(argued.author.called)}"
        points.append((head, f"{argued.replies} 条回复。{_original(argued, places)}", argued))
    liked = max(tweets, key=lambda tweet: tweet.likes or 0, default=None)
    if liked and liked.likes and liked is not argued:
        head = f"点赞最多：{short_name(liked.author.called)}"
        points.append((head, f"{liked.likes} 个赞。{_original(liked, places)}", liked))
    return Section(
        kind="sentiment",
        heading=HEADINGS["sentiment"],
        intro=f"采用的 {len(tweets)} 条里，{len(tweets) - money} 条谈技术与行业，{money} 条谈市场。"
        "离线写法只数数，不判断情绪。",
        points=tuple(
            Point(
                id=f"sentiment-{n:02}",
                headline=head,
                text=words,
                citations=(tweet.id,),
                kinds=("sentiment",),
                counted=Counted(by="回复和赞", before=(), now=(tweet.id,)),
            )
            for n, (head, words, tweet) in enumerate(points, 1)
        ),
    )


def _original(tweet: Tweet, places: Mapping[str, str]) -> str:
    """The post's words, or where they were quoted already."""
    return f"原帖见{places[tweet.id]}。" if tweet.id in places else f"原帖：{quote(lines_of(tweet.text), 120)}"
