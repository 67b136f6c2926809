"""Which stories stand where in a report that no model edits: the core, and what is about money.

In: ranked stories. Out: some of them. Always holds: in the core nobody speaks more than twice, nor twice of one matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from report.model import Story
from report.subjects import CASHTAG, EVENT, SUBJECTS, is_about
from report.themes import known_in
from report.writer.quoting import is_weighty, lead_of, told_anew

CORE = 10
NEWS = 0.3  # by which a story stands higher in the core where something happened: of consequence before opinions
MATTERS = 2  # known subjects by which two posts of an author are told apart
BEGINNING = 160  # characters


def is_financial(story: Story) -> bool:
    """Does the story turn on money more than on technology?"""
    text = lead_of(story).text
    if CASHTAG.search(text):
        return True
    money, technology = (len({found.casefold() for found in SUBJECTS[s].findall(text)}) for s in ("finance", "ai"))
    return money > technology


def lead_is_ai(story: Story) -> bool:
    return is_about(lead_of(story).text, "ai")


def choose_core(others: Sequence[Story], finance: Sequence[Story]) -> list[Story]:
    """The best ten that say enough, with two places for money when there is any; nobody speaks more than twice, nor
    twice of one matter.
    """
    others, finance = (list(filter(is_weighty, stories)) for stories in (others, finance))
    chosen: list[Story] = []
    heard: dict[str, list[set[str]]] = defaultdict(list)
    for stories, places in ((others, CORE - min(len(finance), 2)), (finance, CORE), (others, CORE)):
        for story in stories:
            handle, matters = lead_of(story).author.handle, set(known_in(lead_of(story).text)[:MATTERS])
            told = heard[handle]
            again = len(told) > 1 or any(matters & one for one in told)
            if len(chosen) < places and story not in chosen and not again:
                chosen.append(story)
                told.append(matters)
    return sorted(chosen, key=lambda story: (-_weight(story), story.lead))


def _weight(story: Story) -> float:
    """For the order within the core."""
    begins = " ".join(told_anew(story))[:BEGINNING]
    return story.score + NEWS * bool(EVENT.search(begins))


def shared(stories: Sequence[Story], others: Sequence[Story]) -> list[Story]:
    return without(stories, without(stories, others))


def without(stories: Sequence[Story], others: Sequence[Story]) -> list[Story]:
    gone = {story.lead for story in others}
    return [story for story in stories if story.lead not in gone]
