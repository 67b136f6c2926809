"""Stories to sections with a language model: drafts in parallel batches, then one editor's choice of them.

In: ranked stories. Out: Written. The order: `drafts` shows the posts and keeps the points that cite them, `edition`
shows the drafts and assembles what was chosen. Always holds: the model's words are raw text; every point cites posts
of the stories; what was paid for is used, so a batch that failed is named in the notes and the rest is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from importlib import resources

from report.errors import AnswersMissing, ModelError
from report.llm import Model
from report.model import ModelCost, Period, Progress, Story, Topic, Written
from report.writer import drafts, edition
from report.writer.drafts import Batch, Drafts, Kept


class LlmWriter:
    """Writes with the model that it is given; a Model is for one report, so its writer is too."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def cost(self) -> ModelCost:
        """What was spent so far."""
        return self._model.cost

    async def write(self, stories: Sequence[Story], topic: Topic, period: Period, progress: Progress) -> Written:
        """The sections that posts of the stories support.

        Raises AnswersMissing with all requests of a step that are open (replay); ModelError where no batch could be
        written, of which BudgetSpent is one.
        """
        dealt = drafts.batches(stories)
        progress(f"写草稿：{sum(len(batch.posts) for batch in dealt)} 条帖子，分 {len(dealt)} 批")
        kept, notes = await self._draft(dealt, topic, period)
        numbered = edition.number(point for batch in kept for point in batch.points)
        progress(f"编排 {len(numbered)} 条草稿")
        choice, failure = await self._choose(numbered, topic)
        posts = [tweet for story in stories for tweet in story.tweets]
        return Written(
            sections=edition.assemble(numbered, choice, topic, posts),
            writer="llm",
            model=self._model.cost,
            notes=(*notes, *failure),
        )

    async def _draft(self, dealt: Sequence[Batch], topic: Topic, period: Period) -> tuple[list[Kept], list[str]]:
        """What the batches gave, and notes on what they did not."""
        questions = [
            self._model.ask(
                _prompt("draft"),
                drafts.describe(batch, topic, period),
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
            raise failed[0][1] if failed else ModelError("llm: the model wrote no point that cites a post")
        return kept, _notes(kept, failed)

    async def _choose(self, numbered: edition.Drafted, topic: Topic) -> tuple[edition.Choice, list[str]]:
        """The editor's choice; where the editor is out of reach, that by importance, and a note that says so."""
        try:
            choice = await self._model.ask(
                _prompt("edit"),
                edition.describe(numbered),
                edition.Choice,
                check=partial(edition.complaints, drafts=numbered),
                label=f"编排：{topic.called}",
            )
        except AnswersMissing:
            raise
        except ModelError as error:
            return edition.choose_by_importance(numbered), [f"编排没有成功，要点按重要性排列，没有概述：{error.words}"]
        return choice, []


def _notes(kept: Sequence[Kept], failed: Sequence[tuple[Batch, ModelError]]) -> list[str]:
    notes: list[str] = []
    if failed:
        posts = sum(len(batch.posts) for batch, _ in failed)
        notes.append(f"有 {posts} 条帖子模型没有读到，报告里缺它们：{failed[0][1].words}")
    if unknown := sum(batch.unknown_citations for batch in kept):
        notes.append(f"去掉了 {unknown} 处指向不存在帖子的引用")
    if dropped := sum(batch.dropped_points for batch in kept):
        notes.append(f"去掉了 {dropped} 条没有引用的草稿")
    return notes


def _prompt(name: str) -> str:
    return (resources.files("report.writer") / "prompts" / f"{name}.md").read_text("utf-8").strip()
