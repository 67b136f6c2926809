"""A report written anew keeps what did not change: ids, numbers, order, words."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from report.correcting import compare, correct, number_of, says_same
from report.model import Edition, Ledger, Point, Report, Section

AT = datetime(2026, 1, 8, 2, 32, tzinfo=UTC)


def point(number: int, text: str, *posts: str) -> Point:
    return Point(id=f"core-{number:02}", headline=text[:4], text=text, citations=posts or (text[:1],))


def report(*points: Point, revision: int = 1, used: tuple[str, ...] = (), editions: tuple[Edition, ...] = ()) -> Report:
    day = date(2026, 1, 7)
    return Report(
        key="twitter_ai_20260107_20260107",
        topic="ai",
        first=day,
        last=day,
        timezone="Asia/Shanghai",
        sections=(Section(kind="core", heading="核心信息", points=points),),
        revision=revision,
        created_at=AT,
        writer="llm",
        ledger=Ledger(used_ids=used),
        editions=editions,
    )


OLD = report(point(1, "甲发布了模型"), point(2, "乙降价三成"), point(3, "丙收购了丁"))


def core(found: Report) -> list[tuple[str, str]]:
    section = found.section("core")
    assert section
    return [(each.id, each.text) for each in section.points]


def test_the_same_words_in_another_order_are_the_old_report() -> None:
    again = report(point(1, "丙收购了丁"), point(2, "甲发布了模型"), point(3, "乙降价三成"), revision=2)
    assert correct(OLD, again, AT) is OLD


def test_what_changed_keeps_its_number_and_what_is_new_gets_one_of_its_own() -> None:
    new = report(point(1, "戊也降价", "e"), point(2, "乙降价两成", "乙"), point(3, "甲发布了模型"), revision=2)
    made = correct(OLD, new, AT)
    assert core(made) == [("core-01", "甲发布了模型"), ("core-02", "乙降价两成"), ("core-04", "戊也降价")]
    (correction,) = made.corrections
    told = [(each.before and each.before.text, each.now and each.now.text) for each in correction.changes]
    assert told == [("乙降价三成", "乙降价两成"), (None, "戊也降价"), ("丙收购了丁", None)]
    assert (correction.corrects, correction.at, made.revision) == (1, AT, 2)
    assert [number_of(point_id, at, made) for at, (point_id, _) in enumerate(core(made), 1)] == [1, 2, 4]
    assert [number_of(point_id, at, OLD) for at, (point_id, _) in enumerate(core(OLD), 1)] == [1, 2, 3]


def test_a_correction_of_a_correction_tells_both_the_newest_first() -> None:
    second = correct(OLD, report(point(1, "甲发布了模型"), point(2, "乙降价两成", "乙"), revision=2), AT)
    third = correct(second, report(point(1, "甲发布了新模型", "甲"), point(2, "乙降价两成", "乙"), revision=3), AT)
    assert [each.corrects for each in third.corrections] == [2, 1]
    assert core(third) == [("core-01", "甲发布了新模型"), ("core-02", "乙降价两成")]


def test_other_posts_behind_the_same_points_make_a_revision_that_corrects_nothing() -> None:
    same = OLD.model_copy(update={"revision": 2, "ledger": Ledger(used_ids=("9",))})
    made = correct(OLD, same, AT)
    assert (made.revision, made.corrections) == (2, ())


def test_the_english_edition_follows() -> None:
    def english(*points: Point) -> tuple[Edition, ...]:
        return (Edition(language="en", sections=(Section(kind="core", heading="Key points", points=points),)),)

    old = OLD.model_copy(update={"editions": english(point(1, "A", "甲"), point(2, "B", "乙"), point(3, "C", "丙"))})
    new = report(
        point(1, "乙降价两成", "乙"),
        point(2, "甲发布了模型"),
        revision=2,
        editions=english(point(1, "B now", "乙"), point(2, "A, told anew", "甲")),
    )
    (edition,) = correct(old, new, AT).editions
    assert [(each.id, each.text) for each in edition.sections[0].points] == [("core-01", "A"), ("core-02", "B now")]


texts = st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), unique=True, max_size=8)


@given(texts, texts, st.sets(st.sampled_from("甲乙丙丁戊己庚辛")))
def test_whatever_is_rewritten_unchanged_points_keep_their_ids_and_no_id_is_used_twice(
    before: list[str], after: list[str], reworded: set[str]
) -> None:
    old = report(*(point(number, f"{name}一", name) for number, name in enumerate(before, 1)))
    new = report(
        *(point(number, f"{name}{'二' if name in reworded else '一'}", name) for number, name in enumerate(after, 1)),
        revision=2,
    )
    made = correct(old, new, AT)
    ids = {text[0]: point_id for point_id, text in core(made)}
    assert len(set(ids.values())) == len(ids) == len(after if made is not old else before)
    earlier = {text[0]: point_id for point_id, text in core(old)}
    assert all(ids[name] == earlier[name] for name in ids.keys() & earlier.keys())
    assert not set(ids.values()) & {earlier[name] for name in earlier.keys() - ids.keys()}
    changed = {(each.now or each.before).text[0] for each in compare(old.sections, made.sections)}  # type: ignore[union-attr]
    kept = {name for name in set(before) & set(after) if name not in reworded}
    assert changed == (set(before) | set(after)) - kept
    places = [text[0] for _, text in core(made) if text[0] in earlier]
    assert places == [name for name in before if name in places]
    assert says_same(point(1, "甲"), point(2, "甲"))


def test_an_id_is_never_given_to_another_matter_however_many_corrections_there_are() -> None:
    second = correct(OLD, report(point(1, "甲发布了模型"), point(2, "乙降价三成"), revision=2), AT)
    third = correct(second, report(*OLD.sections[0].points[:2], point(3, "戊开源了", "戊"), revision=3), AT)
    assert core(third)[2] == ("core-04", "戊开源了")
    empty = OLD.model_copy(update={"sections": (), "revision": 2})
    gone = correct(OLD, empty, AT)
    back = correct(gone, report(point(1, "己上线了", "己"), revision=3), AT)
    assert core(back) == [("core-04", "己上线了")]


def test_points_of_groups_keep_their_order_too() -> None:
    def grouped(*texts: str, revision: int = 1) -> Report:
        points = tuple(
            Point(id=f"ai-{number:02}", text=text, citations=(text[:1],)) for number, text in enumerate(texts, 1)
        )
        child = Section(kind="ai", heading="模型", points=points)
        section = Section(kind="ai", heading="人工智能", children=(child,))
        return OLD.model_copy(update={"sections": (section,), "revision": revision})

    made = correct(grouped("甲", "乙", "丙"), grouped("丙", "甲", "乙二", revision=2), AT)
    assert [each.text for each in made.sections[0].all_points()] == ["甲", "乙二", "丙"]
    assert [each.id for each in made.sections[0].all_points()] == ["ai-01", "ai-02", "ai-03"]
