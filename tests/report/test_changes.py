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


def test_a_term_is_counted_wherever_it_stands_whole() -> None:
    before = [post(1, "Tern-3's price fell"), post(2, "CodeTrial-500 is out"), post(3, "CodeTrial and Tern-3 again")]
    now = [post(4, "Tern-3 is slow"), post(5, "tern-3, CodeTrial"), post(6, "CodeTrial scores"), post(7, "Retern-35")]
    section = compare(before, now)
    assert rows(section)["持续"] == {"CodeTrial": "2 → 2 条。", "Tern-3": "2 → 2 条。"}


def test_sums_and_talk_are_no_themes() -> None:
    now = [post(n, f"Team says 融资 {n} 亿美元, Entries close") for n in range(3)]
    assert compare([post(9, "nothing of note")], now) is None


def test_several_days_are_not_called_one() -> None:
    section = compare([post(1, "nothing here")], [post(2, "Tern-3"), post(3, "Tern-3")], days=3)
    assert section is not None
    assert section.intro.startswith("前 3 天采用 1 条，这 3 天 2 条。")
