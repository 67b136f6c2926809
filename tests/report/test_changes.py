"""What is new, goes on or fades is counted from posts."""

from __future__ import annotations

from report.changes import compare
from report.model import Section
from tests.posts import post


def rows(section: Section | None) -> dict[str, dict[str, str]]:
    assert section is not None
    return {child.heading: {point.headline: point.text for point in child.points} for child in section.children}


def test_new_continuing_and_fading_terms_are_told_with_their_counts() -> None:
    before = [post(n, f"Quillcode agent fails again, take {n}") for n in range(3)]
    before += [post(9, "OpenTern is slow"), post(10, "OpenTern is fast")]
    now = [post(20, "Tern-3 is out"), post(21, "Tern-3 scores"), post(22, "OpenTern too"), post(23, "OpenTern again")]
    assert rows(compare(before, now)) == {
        "新出现": {"Tern-3": "0 → 2 条。"},
        "持续": {"OpenTern": "2 → 2 条。"},
        "退潮": {"Quillcode": "3 → 0 条。"},
    }


def test_the_counted_posts_are_kept_with_the_count() -> None:
    section = compare([post(1, "nothing of note here")], [post(2, "Tern-3 is out"), post(3, "Tern-3 again")])
    assert section is not None
    point = section.all_points()[0]
    assert point.counted is not None
    assert (len(point.counted.before), len(point.counted.now)) == (0, 2)
    assert set(point.citations) <= {*point.counted.before, *point.counted.now}


def test_without_a_day_before_nothing_is_claimed() -> None:
    assert compare([], [post(1, "Tern-3"), post(2, "Tern-3")]) is None
