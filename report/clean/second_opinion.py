"""What became of the posts after a writer that judges them has looked: its word goes before the rules'.

In: what the rules kept and dropped, and what the writer says. Out: the same posts, sorted anew. Always holds: every
post is in exactly one place, and one that a point cites is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from report.clean import Cleaned
from report.model import Dropped, Story, Tweet, Written


def doubtful(cleaned: Cleaned) -> tuple[Dropped, ...]:
    """The dropped posts that a second look may bring back."""
    return tuple(row for row in cleaned.dropped if row.doubtful)


def drop(cleaned: Cleaned, rows: Sequence[Dropped]) -> Cleaned:
    """What is left when these posts go too, for the reasons given."""
    gone = {row.id for row in rows}
    kept = tuple(tweet for tweet in cleaned.kept if tweet.id not in gone)
    return Cleaned(kept=kept, dropped=(*(row for row in cleaned.dropped if row.id not in gone), *rows))


def without(stories: Sequence[Story], doubts: Sequence[Dropped]) -> list[Story]:
    """The stories without the doubtful posts; one that has no other is none."""
    gone = {row.id for row in doubts}
    left = [(story, tuple(tweet for tweet in story.tweets if tweet.id not in gone)) for story in stories]
    return [story.model_copy(update={"tweets": tweets, "lead": tweets[0].id}) for story, tweets in left if tweets]


def settle(cleaned: Cleaned, written: Written, posts: Sequence[Tweet], restored: Collection[str] = ()) -> Cleaned:
    """`posts` are all that were collected. A doubtful post that the writer saw and did not drop is used.

    `restored` are ids that an admin brought back: no model drops them again.
    """
    cited = {post for section in written.sections for point in section.all_points() for post in point.citations}
    rejected = {row.id: row for row in written.dropped if row.id not in cited and row.id not in restored}
    accepted = {row.id for row in doubtful(cleaned)} & written.judged - rejected.keys()
    kept_ids = ({tweet.id for tweet in cleaned.kept} | accepted) - rejected.keys()
    dropped = {row.id: row for row in cleaned.dropped if row.id not in accepted}
    ordered = sorted(posts, key=lambda tweet: (tweet.created_at, tweet.id))
    return Cleaned(
        kept=tuple(tweet for tweet in ordered if tweet.id in kept_ids),
        dropped=tuple(rejected.get(tweet.id) or dropped[tweet.id] for tweet in ordered if tweet.id not in kept_ids),
    )
