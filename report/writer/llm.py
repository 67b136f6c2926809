"""Stories to sections with a language model: drafts, an editor's choice of them, and a check of every piece.

In: ranked stories. Out: Written. The order: `showing` makes questions of the posts, `drafts` reads the answers,
`choice` and `plan` say what goes where, `repairs` holds every piece against its posts, `edition` binds what held. A day
that fits one question takes one call for drafts and choice, a longer one a call for each batch and one for the choice;
what failed the check takes one more. Always holds: the model's words are raw text; every point cites posts of the
stories and holds against them; what was paid for is used, so a batch that failed is named in the notes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from report.errors import AnswersMissing, ModelError
from report.llm import Model
from report.model import Checked, Dropped, ModelCost, Period, Point, Progress, Story, Topic, Written
from report.writer import choice, drafts, edition, english, showing
from report.writer.choice import Choice, Day, Drafted, Edit
from report.writer.drafts import Drafts, Kept
from report.writer.plan import make_plan
from report.writer.prompts import prompt
from report.writer.repairs import Checker, Repairs, hold
from report.writer.showing import Batch


@dataclass(frozen=True)
class _Answered:
    """What the model wrote before any of it was checked."""

    drafts: Drafted
    choice: Choice
    kept: Sequence[Kept]
    same: Sequence[Sequence[str]] = ()
    notes: list[str] = field(default_factory=list)


class LlmWriter:
    """Writes with the model that it is given; a Model is for one report, so its writer is too."""

    judges = True

    def __init__(self, model: Model) -> None:
        self._model = model
        self.checked = Checked()

    @property
    def cost(self) -> ModelCost:
        """What was spent so far."""
        return self._model.cost

    async def write(
        self,
        stories: Sequence[Story],
        topic: Topic,
        period: Period,
        progress: Progress,
        doubtful: Sequence[Dropped] = (),
    ) -> Written:
        """The sections that posts of the stories support. `doubtful` are posts of theirs that a rule would drop.

        Raises AnswersMissing with all requests of a step that are open (replay); ModelError where no batch could be
        written, of which BudgetSpent is one.
        """
        dealt = showing.batches(stories, doubtful)
        progress(f"写草稿：{sum(len(batch.posts) for batch in dealt)} 条帖子，分 {len(dealt)} 批")
        answered = await (
            self._write_day(dealt[0], topic, period) if len(dealt) == 1 else self._draft(dealt, topic, period, progress)
        )
        posts = {tweet.id: tweet for story in stories for tweet in story.tweets}
        plan = make_plan(answered.drafts, answered.choice, posts, answered.same)
        progress(f"核对 {len(plan.pieces)} 条")
        checker = Checker(posts, period, topic.names)
        held = await hold(plan.pieces, checker, partial(self._ask_repairs, topic))
        self.checked = held.checked
        if not any(label in held.points for label in plan.drafts):
            raise ModelError(
                "llm: no point that the model wrote holds against its posts; set another llm.model",
                words="模型写的没有一条对得上帖子",
            )
        told = _ids_of_told(stories)
        points = {label: _with_status(point, told) for label, point in held.points.items()}
        sections, repeats = edition.without_repeats(
            edition.assemble(plan.with_points(points), topic, posts), posts, period
        )
        self.checked = self.checked.with_faults(repeats)
        editions, said = await english.write(self._model, sections, topic, checker, progress)
        return Written(
            sections=sections,
            writer="llm",
            model=self._model.cost,
            notes=(*answered.notes, *held.notes, *said),
            judged=frozenset().union(*(batch.shown for batch in answered.kept)),
            dropped=tuple(row for batch in answered.kept for row in batch.dropped),
            checked=self.checked,
            editions=editions,
        )

    async def _write_day(self, batch: Batch, topic: Topic, period: Period) -> _Answered:
        """Drafts and choice in one answer."""

        def check(day: Day) -> list[str]:
            return drafts.complaints(batch)(day) or choice.complaints(day, drafts.keep(day, batch).points)

        question = showing.describe(batch, topic, period)
        day = await self._model.ask(
            prompt("day"), question, Day, check=check, label=f"{topic.called} {period.first} 至 {period.last}"
        )
        kept = drafts.keep(day, batch)
        if not kept.points:
            raise _no_point()
        chosen = day if kept.points.keys() & set(day.core) else choice.choose_by_importance(kept.points)
        return _Answered(kept.points, chosen, [kept], notes=_notes([kept], []))

    async def _draft(self, dealt: Sequence[Batch], topic: Topic, period: Period, progress: Progress) -> _Answered:
        """What the batches gave, and the editor's choice of it; notes on what they did not give."""
        questions = [
            self._model.ask(
                prompt("draft"),
                showing.describe(batch, topic, period),
                Drafts,
                check=drafts.complaints(batch),
                label=f"草稿 {number}/{len(dealt)}：{topic.called} {period.first} 至 {period.last}",
            )
            for number, batch in enumerate(dealt, 1)
        ]
        answers = await asyncio.gather(*questions, return_exceptions=True)
        kept: list[Kept] = []
        failed: list[tuple[Batch, ModelError]] = []
        for batch, answer in zip(dealt, answers, strict=True):
            if isinstance(answer, Drafts):
                kept.append(drafts.keep(answer, batch))
            elif isinstance(answer, ModelError):
                failed.append((batch, answer))
            else:
                raise answer
        if missing := [path for _, error in failed if isinstance(error, AnswersMissing) for path in error.requests]:
            raise AnswersMissing(missing)
        if not any(batch.points for batch in kept):
            raise failed[0][1] if failed else _no_point()
        numbered = choice.number(point for batch in kept for point in batch.points.values())
        progress(f"编排 {len(numbered)} 条草稿")
        chosen, same, said = await self._choose(numbered, topic)
        return _Answered(numbered, chosen, kept, same, [*_notes(kept, failed), *said])

    async def _choose(self, numbered: Drafted, topic: Topic) -> tuple[Choice, Sequence[Sequence[str]], list[str]]:
        """The editor's choice; where the editor is out of reach, that by importance, and a note that says so."""
        try:
            edit = await self._model.ask(
                prompt("edit"),
                choice.describe(numbered),
                Edit,
                check=partial(choice.complaints, drafts=numbered),
                label=f"编排：{topic.called}",
            )
        except AnswersMissing:
            raise
        except ModelError as error:
            return (
                choice.choose_by_importance(numbered),
                (),
                [f"编排没有成功，要点按重要性排列，没有概述：{error.words}"],
            )
        return edit, edit.same, []

    async def _ask_repairs(self, topic: Topic, question: str) -> Repairs:
        return await self._model.ask(prompt("repair"), question, Repairs, label=f"改写：{topic.called}")


def _no_point() -> ModelError:
    return ModelError("llm: the model wrote no point that cites a post", words="模型没有写出一条带引用的要点")


def _ids_of_told(stories: Sequence[Story]) -> frozenset[str]:
    return frozenset(tweet.id for story in stories if story.told for tweet in story.tweets)


def _with_status(point: Point, told: frozenset[str]) -> Point:
    """A point goes on where the post that it rests on first belongs to a story that was told before."""
    return point.model_copy(update={"status": "continuing"}) if point.citations[0] in told else point


def _notes(kept: Sequence[Kept], failed: Sequence[tuple[Batch, ModelError]]) -> list[str]:
    notes: list[str] = []
    if failed:
        posts = sum(len(batch.posts) for batch, _ in failed)
        notes.append(f"有 {posts} 条帖子模型没有读到，报告里缺它们：{failed[0][1].words}")
    if unknown := sum(batch.unknown_citations for batch in kept):
        notes.append(f"去掉了 {unknown} 处指向不存在帖子的引用")
    if dropped := sum(batch.rootless_points for batch in kept):
        notes.append(f"去掉了 {dropped} 条没有引用的草稿")
    return notes
