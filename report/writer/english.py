"""The English edition: the points that held, put into English and held against their posts once more.

In: the sections of the Chinese edition. Out: an Edition with the same points by their ids, and notes. The order: one
question for all points, a check, one more for those that failed; what fails again is left out. Always holds: an
English point cites what its Chinese one cites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from report.errors import AnswersMissing, ModelError
from report.llm import Model
from report.model import ENGLISH_HEADINGS, ENGLISH_UNVERIFIED, UNVERIFIED, Edition, Point, Progress, Section, Topic
from report.wording import plain, plain_headline
from report.writer.drafts import Label
from report.writer.plan import Piece
from report.writer.prompts import prompt
from report.writer.repairs import Checker, Repairs, hold

MORE = "More"  # over points whose heading has no English
LEFT_OUT = ("changes", "noise", "cloud")  # computed; a program says them in any language


class Line(BaseModel):
    id: Label
    text: str


class Lines(BaseModel):
    id: Label
    headline: str
    text: str


class English(BaseModel):
    headings: tuple[Line, ...]
    points: tuple[Lines, ...]


async def write(
    model: Model, sections: Sequence[Section], topic: Topic, checker: Checker, progress: Progress
) -> tuple[tuple[Edition, ...], list[str]]:
    """The English edition where the topic asks for it; () and a note where the model could not write it."""
    if topic.language == "zh":
        return (), []
    labels = {f"t{at}": piece for at, piece in enumerate(_pieces(sections), 1)}
    headings = {f"h{at}": heading for at, heading in enumerate(_headings(sections), 1)}
    progress(f"译成英文：{len(labels)} 条")
    try:
        answer = await model.ask(prompt("english"), _describe(labels, headings), English, label=f"英文：{topic.called}")
        pieces = {line.id: _translated(labels[line.id], line) for line in answer.points if line.id in labels}

        async def ask(question: str) -> Repairs:
            return await model.ask(prompt("repair_english"), question, Repairs, label=f"改写英文：{topic.called}")

        held = await hold(pieces, replace(checker, language="en"), ask)
    except AnswersMissing:
        raise
    except ModelError as error:
        return (), [f"英文版没有写成：{error.words}"]
    said = {headings[line.id]: plain_headline(line.text) for line in answer.headings if line.id in headings}
    english = {labels[label].point.id: point for label, point in held.points.items()}
    notes = [*held.notes]
    if missing := len(labels) - len(english):
        notes.append(f"英文版少 {missing} 条，没有通过核对")
    return (Edition(language="en", sections=tuple(_rebuild(sections, english, said))),), notes


def _pieces(sections: Sequence[Section]) -> Iterator[Piece]:
    for section in sections:
        if section.kind not in LEFT_OUT:
            yield from (Piece(point, section.kind) for point in section.all_points())


def _headings(sections: Sequence[Section]) -> list[str]:
    return list(dict.fromkeys(child.heading for section in sections for child in section.children))


def _describe(pieces: Mapping[str, Piece], headings: Mapping[str, str]) -> str:
    lines = [f"{label} {heading}" for label, heading in headings.items()]
    for label, piece in pieces.items():
        point = piece.point
        lines.append(f"{label} {point.headline}｜{point.text}" if point.headline else f"{label} {point.text}")
    return "\n".join(lines)


def _translated(piece: Piece, line: Lines) -> Piece:
    headline = plain_headline(line.headline) if piece.point.headline else ""
    return replace(piece, point=piece.point.model_copy(update={"headline": headline, "text": plain(line.text)}))


def _rebuild(
    sections: Sequence[Section], points: Mapping[str, Point], headings: Mapping[str, str]
) -> Iterator[Section]:
    """The same sections with the English points; what has none left is left out."""
    for section in sections:
        if section.kind in LEFT_OUT:
            continue
        children = [
            child.model_copy(
                update={
                    "heading": headings.get(child.heading) or MORE,
                    "points": tuple(points[point.id] for point in child.points if point.id in points),
                }
            )
            for child in section.children
        ]
        english = section.model_copy(
            update={
                "heading": ENGLISH_HEADINGS[section.kind],
                "intro": ENGLISH_UNVERIFIED if UNVERIFIED in section.intro else "",
                "points": tuple(points[point.id] for point in section.points if point.id in points),
                "children": tuple(child for child in children if child.points),
            }
        )
        if english.all_points():
            yield english
