"""What is to be in a report before it is checked: drafts, where they go, and the editor's own sentences.

In: drafts by their labels and the editor's choice. Out: a Plan, whose pieces can be checked and mended one by one.
Always holds: every sentence cites posts of the drafts that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from report.check.orders import told_alone
from report.model import Point, SectionKind, Tweet
from report.wording import plain, plain_headline
from report.writer.choice import Choice, Drafted
from report.writer.drafts import MOST_CITATIONS, Labels

MOST_JOINED = 5  # drafts that tell the same


@dataclass(frozen=True)
class Piece:
    """Something to check: a point, and the section that it is meant for."""

    point: Point
    kind: SectionKind
    is_placed: bool = True  # False: a draft that nobody chose
    drafts: Mapping[str, Point] = field(default_factory=dict)  # that a sentence of the editor's retells, by label


@dataclass(frozen=True)
class Plan:
    """The drafts, those that tell the same as one; where the editor wants them; what he wrote himself (s1 …)."""

    drafts: Drafted
    choice: Choice
    overview: Drafted
    moods: Drafted
    retold: Mapping[str, Labels]  # the drafts behind each sentence, by its label

    @property
    def pieces(self) -> dict[str, Piece]:
        """Everything with words in it, by its label."""
        placed: dict[str, SectionKind] = {}
        for kind, labels in self._places():
            placed |= {label: kind for label in labels if label not in placed}
        pieces = {
            label: Piece(point, placed.get(label) or point.kinds[0], label in placed)
            for label, point in self.drafts.items()
        }
        pieces |= {label: self._sentence(label, point, "overview") for label, point in self.overview.items()}
        return pieces | {label: self._sentence(label, point, "sentiment") for label, point in self.moods.items()}

    def _sentence(self, label: str, point: Point, kind: SectionKind) -> Piece:
        return Piece(point, kind, drafts={draft: self.drafts[draft] for draft in self.retold[label]})

    def _places(self) -> Iterator[tuple[SectionKind, Labels]]:
        chosen = self.choice
        yield from (("core", chosen.core), ("views", chosen.views), ("events", chosen.events))
        yield from (("market", chosen.market), ("finance", chosen.finance))
        yield from (("ai", group.points) for group in chosen.ai)

    def with_points(self, points: Drafted) -> Plan:
        """The same plan with these words; what is not among them falls."""

        def held(of: Drafted) -> dict[str, Point]:
            return {label: points[label] for label in of if label in points}

        return replace(self, drafts=held(self.drafts), overview=held(self.overview), moods=held(self.moods))


def make_plan(drafts: Drafted, choice: Choice, posts: Mapping[str, Tweet], same: Sequence[Sequence[str]] = ()) -> Plan:
    """Join the drafts that tell the same, and give the editor's own sentences the posts of the drafts they name."""
    joined, kept_as = _join(drafts, same, posts)

    def known(labels: Iterable[str]) -> Labels:
        return tuple(dict.fromkeys(kept_as[label] for label in labels if label in kept_as))

    changes = {kind: known(getattr(choice, kind)) for kind in ("core", "views", "events", "market", "finance")}
    groups = tuple(group.model_copy(update={"points": known(group.points)}) for group in choice.ai)

    said = [("overview", "", sentence.text, known(sentence.points)) for sentence in choice.overview]
    said += [("moods", mood.headline, mood.text, known(mood.points)) for mood in choice.sentiment]
    written: dict[str, dict[str, Point]] = {"overview": {}, "moods": {}}
    retold: dict[str, Labels] = {}
    for at, (part, headline, text, labels) in enumerate(said, 1):
        point = _write(headline, text, [joined[label] for label in labels], posts)
        if point and point.text not in {other.text for other in written[part].values()}:
            written[part][f"s{at}"] = point
            retold[f"s{at}"] = labels
    return Plan(
        drafts=joined,
        choice=choice.model_copy(update={**changes, "ai": groups}),
        overview=written["overview"],
        moods=written["moods"],
        retold=retold,
    )


def _join(
    drafts: Drafted, same: Sequence[Sequence[str]], posts: Mapping[str, Tweet]
) -> tuple[dict[str, Point], dict[str, str]]:
    """The drafts that stay, with the citations of those that tell the same; and what each label is kept as."""
    joined = dict(drafts)
    kept_as = {label: label for label in drafts}
    for group in same:
        known = list(dict.fromkeys(kept_as[label] for label in group if label in drafts))
        for other in known[1:MOST_JOINED]:
            kept_as |= {label: known[0] for label, kept in kept_as.items() if kept == other}
            joined[known[0]] = _joined(joined[known[0]], joined.pop(other), posts)
    return joined, kept_as


def _joined(first: Point, second: Point, posts: Mapping[str, Tweet]) -> Point:
    citations = _cite((*first.citations, *second.citations), posts)
    return first.model_copy(
        update={"citations": citations, "importance": max(first.importance, second.importance)},
    )


def _write(headline: str, text: str, named: Sequence[Point], posts: Mapping[str, Tweet]) -> Point | None:
    """A sentence of the editor's, on the posts of the drafts that it names: the first of each, then their others.

    None where it rests on none.
    """
    most = max((len(point.citations) for point in named), default=0)
    cited = [point.citations[at] for at in range(most) for point in named if at < len(point.citations)]
    words = plain(text)
    if not cited or not words:
        return None
    return Point(
        id="written",
        headline=plain_headline(headline),
        text=words,
        citations=_cite(cited, posts),
        importance=max(point.importance for point in named),
    )


def _cite(ids: Sequence[str], posts: Mapping[str, Tweet]) -> tuple[str, ...]:
    """Each once, at most four; a post that gives orders is told alone or not at all."""
    return told_alone(tuple(dict.fromkeys(ids)), posts)[:MOST_CITATIONS]
