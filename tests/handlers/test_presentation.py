"""What goes on is marked once; a push tells the changes in short, /changes in full."""

from __future__ import annotations

import pytest

from handlers.base import Message
from handlers.presentation import present_brief, present_section
from handlers.words import ZH
from report.doc import Item, plain_block
from report.model import Report, Section
from tests.handlers.fakes import NOW, TOPICS, make_report, point


def with_changes(*, themes: int) -> Report:
    points = tuple(
        point(n, "changes", headline=f"Tern-{n}", text=f"0 → {n} 条。Ada 谈到。") for n in range(1, themes + 1)
    )
    children = (Section(kind="changes", heading="新出现", points=points),) if points else ()
    changes = Section(kind="changes", heading="与昨日相比", intro="没有变化。", children=children)
    report = make_report()
    others = [section for section in report.sections if section.kind != "changes"]
    return report.model_copy(update={"sections": (*others, changes)})


def brief(report: Report) -> Message:
    return present_brief(report, TOPICS["ai"], picture=None, around=("", ""), now=NOW, words=ZH)


def words(message: Message) -> str:
    return "\n".join(map(plain_block, message.doc.blocks))


def test_a_push_shows_what_moved_most_and_how_much_more_there_is() -> None:
    said = words(brief(with_changes(themes=5)))
    assert "Tern-1 0 → 1；Tern-2 0 → 2；Tern-3 0 → 3；另 2 项" in said
    assert "Ada" not in said


def test_the_command_shows_all_of_it() -> None:
    said = words(present_section(with_changes(themes=5), TOPICS["ai"], "changes", NOW, words=ZH))
    assert all(f"0 → {n} 条。Ada 谈到。" in said for n in range(1, 6))


def test_a_day_on_which_nothing_moved_says_so_in_the_push() -> None:
    assert "没有变化。" in words(brief(with_changes(themes=0)))


@pytest.mark.parametrize(
    ("status", "text", "headline"),
    [
        ("new", "今天发布。", "望舒开源"),
        ("continuing", "权重又撤下了。", "望舒开源（续）"),
        ("continuing", "续 1 月 5 日《望舒发布》。权重又撤下了。", "望舒开源"),
    ],
)
def test_a_point_that_goes_on_is_marked_once(status: str, text: str, headline: str) -> None:
    report = make_report()
    core = Section(kind="core", heading="核心信息", points=(point(1, headline="望舒开源", text=text, status=status),))
    items = [
        block for block in brief(report.model_copy(update={"sections": (core,)})).doc.blocks if isinstance(block, Item)
    ]
    assert [item.headline for item in items] == [headline]
