"""What is new, rises, goes on or fades is counted from posts."""

from __future__ import annotations

import re

import pytest

from report.changes import compare
from report.clean.duplicates import bare
from report.model import Section, Tweet
from report.themes import find_themes, known_in
from tests.posts import post


def rows(section: Section | None) -> dict[str, dict[str, str]]:
    """Heading → theme → its counts."""
    assert section is not None
    return {
        child.heading: {point.headline: point.text.partition(" 条")[0] for point in child.points}
        for child in section.children
    }


def themes(*texts: str) -> set[str]:
    return {theme.label for theme in find_themes([post(n, text) for n, text in enumerate(texts)])}


def test_new_continuing_and_fading_themes_are_told_with_their_counts() -> None:
    before = [post(n, f"agents in QuillCode fail again, take {n}") for n in range(3)]
    before += [post(9, "OpenTern is slow"), post(10, "OpenTern is fast")]
    now = [post(20, "Tern-3 is out"), post(21, "Tern-3 scores"), post(22, "OpenTern too"), post(23, "OpenTern again")]
    now += [post(24, "OpenTern once more")]
    assert rows(compare(before, now)) == {
        "新出现": {"Tern-3": "0 → 2"},
        "持续": {"OpenTern": "2 → 3"},
        "退潮": {"QuillCode": "3 → 0"},
    }


def test_a_theme_rises_where_its_posts_are_well_over_what_its_share_lets_expect() -> None:
    before = [post(1, "Tern-3 is out"), *(post(n, "nothing of note") for n in range(2, 11))]
    now = [*(post(n, f"Tern-3 again, {n}") for n in range(20, 24)), *(post(n, "no news") for n in range(30, 36))]
    assert rows(compare(before, now)) == {"上升": {"Tern-3": "1 → 4"}}


def test_fewer_posts_on_a_quiet_day_are_no_fading_and_the_shares_say_so() -> None:
    before = [*(post(n, f"Tern-3 again, {n}") for n in range(5)), *(post(n, "nothing") for n in range(10, 60))]
    now = [post(70, "Tern-3 once more"), *(post(n, "nothing of note") for n in range(80, 97))]
    section = compare(before, now)
    assert rows(section) == {"持续": {"Tern-3": "5 → 1"}}
    assert section is not None
    assert section.all_points()[0].text.startswith("5 → 1 条（占 9% → 6%）。")


def test_the_largest_movement_stands_first() -> None:
    now = [*(post(n, f"Tern-3 again, {n}") for n in range(3)), *(post(n, f"MoonGate again, {n}") for n in range(5, 10))]
    assert list(rows(compare([post(20, "nothing of note")], now))["新出现"]) == ["MoonGate", "Tern-3"]


def test_the_counted_posts_are_kept_and_a_pattern_finds_them_again() -> None:
    before = [post(1, "Tern-3 is out"), post(2, "see https://tern-3.example and @tern_3")]
    now = [post(3, "Tern 3 again"), post(4, "TERN-3, at last"), post(5, "Retern-35"), post(6, "Tern-3 is in")]
    section = compare(before, now)
    assert section is not None
    (point,) = section.all_points()
    assert point.counted is not None
    assert (set(point.counted.before), set(point.counted.now)) == ({before[0].id}, {now[0].id, now[1].id, now[3].id})
    assert set(point.citations) <= {*point.counted.before, *point.counted.now}
    again = re.compile(point.counted.by, re.IGNORECASE)
    assert {tweet.id for tweet in now if again.search(bare(tweet.text))} == set(point.counted.now)


def test_who_spoke_and_what_they_said_are_facts_of_the_counted_posts() -> None:
    new = [post(n, f"Tern-3 again, {n}", name=name) for n, name in enumerate(("Ada", "林越", "Bo", "Cy"))]
    faded = [post(20, "we like MoonGate very much", name="Di")]
    faded += [post(n, "MoonGate is fine", name="Di") for n in (21, 22)]
    section = compare([*faded, post(30, "nothing")], new)
    assert section is not None
    said = {point.headline: point.text for point in section.all_points()}
    assert re.fullmatch(r"0 → 4 条。(?:\S+、){2}\S+ ?等 4 人谈到。", said["Tern-3"])
    assert said["MoonGate"] == "3 → 0 条。前一日 Di：「we like MoonGate very much」。"


def test_a_headline_that_a_report_gave_says_what_moved() -> None:
    before = [post(1, "Tern-3 is out"), post(2, "Tern-3 scores")]
    now = [post(3, "Tern-3 is cheap"), post(4, "Tern-3 is slow"), post(5, "Tern-3 again")]
    before += [post(9, "nothing of note")]
    told = {before[1].id: "Tern-3 拿下榜首", before[0].id: "Tern-3 拿下榜首", now[0].id: "Tern-3 降价"}
    section = compare(before, now, told=told)
    assert section is not None
    assert section.all_points()[0].text == "2 → 3 条。前一日：Tern-3 拿下榜首；当日：Tern-3 降价。"


def test_without_a_day_before_nothing_is_claimed() -> None:
    assert compare([], [post(1, "Tern-3"), post(2, "Tern-3")]) is None


def test_where_nothing_moved_that_is_said() -> None:
    section = compare([post(1, "nothing here")], [post(2, "nor there")])
    assert section is not None
    assert section.intro == "前一日采用 1 条，当日 1 条。没有哪个话题的帖子数有说得上的变化。"


def test_several_days_are_not_called_one() -> None:
    section = compare([post(1, "nothing here")], [post(2, "Tern-3"), post(3, "Tern-3")], days=3)
    assert section is not None
    assert section.intro.startswith("前 3 天采用 1 条，这 3 天 2 条。")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hormuz is closed", "霍尔木兹还关着"),
        ("oil is up", "原油涨了"),
        ("NVIDIA ships", "英伟达出货了"),
        ("three CLIs", "命令行回来了"),
        ("GLM5.1 is out", "发布了 GLM 5.1"),
    ],
)
def test_spellings_and_languages_of_one_thing_are_one_theme(first: str, second: str) -> None:
    (posts,) = find_themes([post(1, first), post(2, second)]).values()
    assert len(posts) == 2


def test_names_that_always_stand_together_are_one_theme() -> None:
    texts = [f"they say Nora Quill and MoonGate {words}" for words in ("agree", "disagree", "talk")]
    assert themes(*texts) == {"MoonGate、Nora Quill"}


def test_of_two_names_the_longer_is_told_only_where_all_posts_have_it() -> None:
    assert themes("see Lumen Forge", "so Lumen Forge it is") == {"Lumen Forge"}
    assert themes("see Lumen Forge", "so Lumen Forge it is", "no Lumen Forge", "is Lumen down?", "ask Lumen") == {
        "Lumen"
    }


@pytest.mark.parametrize(
    "text",
    [
        "Team says 融资 {n} 亿美元, Entries close",
        "Today people in the Team talk, in March and on Monday, CPU and API too",
        "IT IS SO GOOD THAT EVERYBODY SHOUTS {n}",
        "Building the thing. Imagine that. Drawn {n} by hand",
        "100 GB, 24h, 10x and 5am",
        "my PM and the VP like YouTube",
    ],
)
def test_talk_months_units_and_shouting_are_no_themes(text: str) -> None:
    assert themes(*(text.format(n=n) for n in range(4))) - {"融资与收购"} == set()


def test_the_topics_own_names_are_themes_however_they_are_written() -> None:
    posts: list[Tweet] = [post(1, "望舒发布了"), post(2, "wangshu is 望舒")]
    assert [theme.label for theme in find_themes(posts, ["望舒"])] == ["望舒"]


def test_a_text_is_about_what_it_begins_with_or_says_twice() -> None:
    assert known_in("Oil is up. Why is oil up?" + " words" * 40 + " memory") == ["油价"]


@pytest.mark.parametrize(("before", "now"), [(2, 1), (1, 2), (2, 2), (2, 0), (1, 1)])
def test_a_post_more_or_fewer_is_no_movement(before: int, now: int) -> None:
    """Days of one size, so that the shares say the same as the counts."""
    first, second = (
        [*(post(start + n, f"Tern-3 again, {n}", by="ada") for n in range(number)), *_others(start + 50, 8 - number)]
        for start, number in ((0, before), (100, now))
    )
    assert rows(compare(first, second)) == {}


def _others(start: int, number: int) -> list[Tweet]:
    return [post(start + n, "nothing of note") for n in range(number)]


def test_two_posts_of_something_new_count_where_two_people_wrote_them() -> None:
    alone = [post(n, f"OpenTern is here, {n}", by="ada") for n in (1, 2)]
    assert rows(compare(_others(50, 2), alone)) == {}
    both = [alone[0], post(3, "OpenTern it is", by="bo")]
    assert rows(compare(_others(50, 2), both)) == {"新出现": {"OpenTern": "0 → 2"}}


def test_posts_that_were_told_under_one_theme_are_not_told_again_under_another() -> None:
    now = [post(n, f"Tern-3 meets the MoonGate, {n}") for n in range(2)]
    now += [post(n, f"Tern-3 alone, {n}") for n in range(2, 6)]
    assert rows(compare(_others(50, 6), now)) == {"新出现": {"Tern-3": "0 → 6"}}


def test_at_most_five_themes_stand_under_a_heading() -> None:
    names = ("AlphaTern", "BetaTern", "GammaTern", "DeltaTern", "KappaTern", "SigmaTern", "ZetaTern")
    now = [post(at * 10 + n, f"{name} once more, {n}") for at, name in enumerate(names) for n in range(3)]
    assert len(rows(compare(_others(200, 9), now))["新出现"]) == 5


def test_a_sentence_that_is_too_long_is_not_cut_but_left_out() -> None:
    long = f"MoonGate does {'this and that and ' * 12}nothing else"
    before = [post(n, long, name="Di") for n in range(3)]
    section = compare(before, _others(50, 3))
    assert section is not None
    assert [point.text for point in section.all_points()] == ["3 → 0 条。前一日 Di 谈到。"]


def test_one_sentence_is_quoted_once_in_a_section() -> None:
    both = "MoonGate and OpenTern are slow"
    before = [post(1, both), *(post(n, f"MoonGate, number {n}, is fine") for n in (2, 3, 4))]
    before += [post(n, f"OpenTern, number {n}, is fine") for n in (5, 6, 7)]
    section = compare(before, _others(50, 7))
    assert section is not None
    said = "".join(point.text for point in section.all_points())
    assert len(section.all_points()) == 2
    assert said.count(both) <= 1
    assert "…" not in said


def test_whoever_is_named_or_quoted_is_cited() -> None:
    names = {f"{2008700000000000000 + n}": f"Speaker{n}" for n in range(20)}
    before = [post(n, f"MoonGate, number {n}, is fine", name=f"Speaker{n}") for n in range(8)]
    now = [post(n, f"Tern-3, number {n}, is out", name=f"Speaker{n}") for n in range(8, 14)]
    section = compare(before, now)
    assert section is not None
    assert len(section.all_points()) == 2
    for point in section.all_points():
        said = set(re.findall(r"Speaker\d+", point.text))
        assert said <= {names[post_id] for post_id in point.citations}
        assert len(point.citations) <= 4
