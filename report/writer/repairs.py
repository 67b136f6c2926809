"""Every piece of a plan is held against its posts; what fails goes back to the model once, and what fails again falls.

In: a Plan, the posts by id. Out: the points that hold, and the count of what happened. The order: mend what a program
can mend, check, ask once for all failing pieces together, mend and check again. Always holds: no point with a fault
that must not stand comes out; without a model to ask, the failing ones fall at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel

from report.check import Fault, check_point
from report.check.editing import mend
from report.errors import AnswersMissing, ModelError
from report.llm.spending import estimate_tokens
from report.model import Checked, Language, Period, Point, SectionKind, Tweet
from report.wording import plain, plain_headline
from report.words import cut
from report.writer.drafts import MOST_CITATIONS, Label, Labels
from report.writer.plan import Piece
from report.writer.showing import name_of, show_post, without_tags

MOST_TOKENS = 6_000  # of the posts in the one question
NAMED_FAULTS = 20  # in the ledger
RETOLD = 0.6  # of a sentence's words, that stand in the drafts which it retells
SAID_ABOVE: frozenset[SectionKind] = frozenset(("market", "finance"))  # their intros say what is not verified


class Repair(BaseModel):
    id: Label
    headline: str
    text: str
    citations: Labels


class Repairs(BaseModel):
    points: tuple[Repair, ...]


Faults = tuple[Fault, ...]
Ask = Callable[[str], Awaitable[Repairs]]  # the question → the answer; ModelError


@dataclass(frozen=True)
class Held:
    points: Mapping[str, Point]  # by the labels of their pieces
    checked: Checked
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checker:
    """Checks pieces against their posts."""

    posts: Mapping[str, Tweet]  # by id
    period: Period
    names: tuple[str, ...] = ()  # the topic's own
    language: Language = "zh"

    def faults(self, piece: Piece) -> Faults:
        """All that is wrong with a piece. A sentence that retells drafts is about what they are about."""
        found = check_point(
            piece.point.headline,
            piece.point.text,
            self._cited(piece),
            self.period,
            kind=piece.kind,
            kinds=piece.point.kinds,
            language=self.language,
            unverified_said=piece.kind in SAID_ABOVE,
            names=self.names,
        )
        return tuple(fault for fault in found if fault.rule != "support" or not _retells(piece))

    def mended(self, piece: Piece) -> Piece:
        """With what a program can set right: typography, an empty clause, the note on market figures."""
        headline, text = mend(
            piece.point.headline,
            piece.point.text,
            self._cited(piece),
            kind=_strictest(piece),
            language=self.language,
            unverified_said=piece.kind in SAID_ABOVE,
        )
        return replace(piece, point=piece.point.model_copy(update={"headline": headline, "text": text}))

    def _cited(self, piece: Piece) -> list[Tweet]:
        return [self.posts[post] for post in piece.point.citations]


def _strictest(piece: Piece) -> SectionKind:
    """A point of the brief that is about money keeps the rules of the market's section."""
    return "market" if piece.kind == "core" and SAID_ABOVE & set(piece.point.kinds) else piece.kind


def _retells(piece: Piece) -> bool:
    """Are most words of the sentence words of the drafts that it names? They are held against the posts themselves."""
    said = {word.casefold() for point in piece.drafts.values() for word in cut(f"{point.headline} {point.text}")}
    words = {word.casefold() for word in cut(piece.point.text)}
    return bool(words) and len(words & said) >= RETOLD * len(words)


async def hold(pieces: Mapping[str, Piece], checker: Checker, ask: Ask | None) -> Held:
    """The points of the pieces that hold, mended or repaired."""
    mended = {label: checker.mended(piece) for label, piece in pieces.items()}
    failing = {label: faults for label, piece in mended.items() if (faults := checker.faults(piece))}
    wanted = _affordable({label: mended[label] for label in failing if mended[label].is_placed}, checker)
    repaired: dict[str, Piece] = {}
    notes: list[str] = []
    if wanted and ask is not None:
        question, labels, ids = _question(wanted, failing, checker)
        try:
            answer = await ask(question)
        except AnswersMissing:
            raise
        except ModelError as error:
            notes.append(f"没通过核对的 {len(wanted)} 条没能退回模型重写：{error.words}")
        else:
            repaired = _apply(answer, wanted, labels, ids)
    sent_back = len(wanted) if ask is not None else 0
    held, fallen, let_be = _settle(mended, repaired, failing, checker)
    checked = Checked(
        points=len(pieces), sent_back=sent_back, refused=len(fallen), faults=_summary(pieces, fallen, let_be)
    )
    return Held(held, checked, tuple(notes))


def _settle(
    mended: Mapping[str, Piece], repaired: Mapping[str, Piece], failing: Mapping[str, Faults], checker: Checker
) -> tuple[dict[str, Point], dict[str, Faults], dict[str, Faults]]:
    """The points that may stand; the faults of those that may not; the faults of style that are let be."""
    held: dict[str, Point] = {}
    fallen: dict[str, Faults] = {}
    let_be: dict[str, Faults] = {}
    for label, piece in mended.items():
        tries = [(piece, failing.get(label, ()))]
        if label in repaired:
            again = checker.mended(repaired[label])
            tries.insert(0, (again, checker.faults(again)))
        standing = [(tried, faults) for tried, faults in tries if not _grave(faults)]
        if not standing:
            fallen[label] = _grave(tries[0][1])
            continue
        if piece.drafts and not any(draft in held for draft in piece.drafts):
            fallen[label] = (Fault("support", "所依据的要点都没有通过核对：删去这一句。"),)
            continue
        best, faults = min(standing, key=lambda pair: len(pair[1]))
        held[label] = best.point
        if faults:
            let_be[label] = faults
    return held, fallen, let_be


def _grave(faults: Faults) -> Faults:
    return tuple(fault for fault in faults if fault.severity == "must")


def _affordable(pieces: Mapping[str, Piece], checker: Checker) -> dict[str, Piece]:
    """The most important of the pieces, as far as their posts fit into one question."""
    chosen: dict[str, Piece] = {}
    shown: set[str] = set()
    tokens = 0
    for label, piece in sorted(pieces.items(), key=lambda pair: -pair[1].point.importance):
        new = [post for post in piece.point.citations if post not in shown]
        tokens += sum(estimate_tokens(checker.posts[post].text) for post in new)
        if tokens > MOST_TOKENS:
            break
        shown.update(new)
        chosen[label] = piece
    return {label: piece for label, piece in pieces.items() if label in chosen}


def _question(
    pieces: Mapping[str, Piece], failing: Mapping[str, Faults], checker: Checker
) -> tuple[str, dict[str, str], dict[str, str]]:
    """The question, the pieces by its labels r1 …, the posts by its labels p1 …."""
    ids = dict.fromkeys(post for piece in pieces.values() for post in piece.point.citations)
    post_labels = {post: f"p{at}" for at, post in enumerate(ids, 1)}
    labels = {f"r{at}": label for at, label in enumerate(pieces, 1)}
    items = []
    for name, label in labels.items():
        point = pieces[label].point
        cited = " ".join(post_labels[post] for post in point.citations)
        said = f"{point.headline}｜{point.text}" if point.headline else point.text
        wrong = "".join(fault.words for fault in failing[label])
        body = without_tags(f"{said}\n问题：{wrong}")
        items.append(f"<{name} 所引 {cited}>\n{body}\n</{name}>")
    shown = [
        show_post(f"{label} {name_of(checker.posts[post].author)}", label, checker.posts[post], post_labels)
        for post, label in post_labels.items()
    ]
    return "\n\n".join([*items, "帖子：", *shown]), labels, {label: post for post, label in post_labels.items()}


def _apply(
    answer: Repairs, pieces: Mapping[str, Piece], labels: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, Piece]:
    """The pieces with the words of the answer; one that it gives up keeps nothing. It may cite its own posts only."""
    repaired: dict[str, Piece] = {}
    for repair in answer.points:
        label = labels.get(repair.id)
        text = plain(repair.text)
        if label is None or not text:
            continue
        old = pieces[label].point
        own = [ids[cited] for cited in repair.citations if ids.get(cited) in old.citations]
        point = old.model_copy(
            update={
                "headline": plain_headline(repair.headline) if old.headline else "",
                "text": text,
                "citations": tuple(dict.fromkeys(own))[:MOST_CITATIONS] or old.citations,
            }
        )
        repaired[label] = Piece(point, pieces[label].kind)
    return repaired


def _summary(
    pieces: Mapping[str, Piece], fallen: Mapping[str, Faults], let_be: Mapping[str, Faults]
) -> tuple[str, ...]:
    """A line for each point that fell, the chosen ones first; then for each that stands with a fault of style."""
    ordered = sorted(fallen, key=lambda label: not pieces[label].is_placed)
    lines = [f"{_called(pieces[label].point)}：{fallen[label][0].words}" for label in ordered]
    lines += [f"{_called(pieces[label].point)}（保留）：{faults[0].words}" for label, faults in let_be.items()]
    return tuple(lines[:NAMED_FAULTS])


def _called(point: Point) -> str:
    return point.headline or point.text[:24]
