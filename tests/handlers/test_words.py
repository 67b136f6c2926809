"""The catalogue is whole: every sentence in both languages, with the same values in it, and none that nobody says."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from handlers.words import EN, ZH, words_of
from report.errors import TuibaoError
from scripts import words as catalogues
from tests.handlers.leftovers import HAN, find_leftovers

ROOT = Path(__file__).parents[2]
PO = catalogues.FOLDER / "tuibao.po"
CATALOGUE = catalogues.read(PO.read_bytes())
TRANSLATED = [message for message in CATALOGUE if message.id]
# Chinese that is right for whoever reads English: places (a file, or a constant of it), and why.
TYPED, STORED = "what people type", "what a program wrote into a report or says of one in the making"
ALLOWED = {
    "bot/cli.py": "the program's name in its own help",
    "bot/demo/__init__.py": "names in the shipped posts",
    "bot/demonstration.py": "what the demo prints where it was started",
    "bot/platforms/telegram/rendering.py:DOMAIN": "a pattern of what stands in posts",
    "bot/reporting.py": "the command line's progress",
    "handlers/dates/days.py": TYPED,
    "handlers/dates/ranges.py": TYPED,
    "handlers/dates/said.py": TYPED,
    "handlers/dates/stretches.py": TYPED,
    "handlers/searching/results.py:CONTINUES": STORED,
    "handlers/hours/typed.py": TYPED,
    "handlers/admin/ledger.py:(RESTORE, UNDO)": TYPED,
    "handlers/lookup.py:NEWEST": TYPED,
    "handlers/presentation/brief.py:(AFTER_COUNTS, OF_THE_MODEL)": STORED,
    "handlers/presentation/edition.py:ASKED_OF_OPERATORS": STORED,
    "handlers/presentation/points.py:CONTINUES": STORED,
    "handlers/range.py:COUNTED": STORED,
    "handlers/range.py:STEPS": STORED,
    "handlers/settings/names.py:TYPED": TYPED,
    "handlers/settings/names.py:language_called": "each language is named in itself",
    "handlers/settings/reading.py": TYPED,
    "handlers/searching/typed.py": TYPED,
    "handlers/admin/stats.py:DAY_WORDS": TYPED,
    "handlers/admin/stats.py:SCALES": "a table of both languages",
    "handlers/subscribing/subscribe.py:unsubscribe": TYPED,
    "handlers/hours/timezones.py": TYPED,
}
SOURCES = [path for package in ("handlers", "bot") for path in sorted((ROOT / package).rglob("*.py"))]


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_sentence_of_the_code_has_english_and_no_other_does() -> None:
    """`python scripts/words.py` enters what is new into tuibao.po and takes out what is gone."""
    there = {message.id if isinstance(message.id, str) else tuple(message.id) for message in TRANSLATED}
    assert there == {each if isinstance(each, str) else tuple(each) for each in catalogues.sentences()}
    assert catalogues.without_english(CATALOGUE) == []


@pytest.mark.parametrize("message", TRANSLATED, ids=lambda message: str(message.id)[:40])
def test_the_english_holds_the_same_values_and_no_chinese(message: object) -> None:
    chinese = catalogues.strings(message.id)  # type: ignore[attr-defined]
    english = catalogues.strings(message.string)  # type: ignore[attr-defined]
    assert fields(chinese[0]) == fields(chinese[-1]) == fields(english[-1])
    assert fields(english[0]) | {"number", "points"} >= fields(chinese[0]) >= fields(english[0])
    assert not any(HAN.search(sentence) for sentence in english)
    assert not any(mark in sentence for sentence in english for mark in "，。：；「」（）、｜　")


def test_the_compiled_catalogue_is_that_of_the_sentences() -> None:
    po, mo = catalogues.encode(CATALOGUE)
    assert PO.with_suffix(".mo").read_bytes() == mo
    assert PO.read_bytes() == po


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_chinese_reaches_a_reader_but_through_words(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    found = [] if place in ALLOWED else find_leftovers(path.read_text(encoding="utf-8"))
    assert [each for each in found if f"{place}:{each.within}" not in ALLOWED] == []


@pytest.mark.parametrize("exception", ALLOWED)
def test_no_exception_outlives_its_reason(exception: str) -> None:
    name, _, within = exception.partition(":")
    found = find_leftovers((ROOT / name).read_text(encoding="utf-8"))
    assert [each for each in found if not within or each.within == within]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('"""说明。"""\nx = words.say("好")', []),
        ('def f():\n    """说明。"""\n    return say("好"), count("甲", "乙", 1), mark("丙")', []),
        ('@command("brief", "看简报", Argument("topic", "话题"))\ndef f(): ...', []),
        ('x = "好"', ["好"]),
        ('x = words.say(f"{a}好")', ["好"]),
        ('x = words.say("好" if a else "坏")', ["好", "坏"]),
        ('x = say("{a}", a="好")', ["好"]),
        ('x = "plain" + chr(1)', []),
    ],
)
def test_words_that_miss_the_catalogue_are_found(source: str, words: list[str]) -> None:
    assert [each.words for each in find_leftovers(source)] == words


def test_a_leftover_is_named_by_what_it_stands_in() -> None:
    found = find_leftovers('A, B = "甲", 1\nC: str = "乙"\ndef f(): return "丙"')
    assert [each.within for each in found] == ["(A, B)", "C", "f"]


def test_new_sentences_come_in_without_english_and_old_ones_go() -> None:
    changed = catalogues.update(PO.read_bytes(), iter(["全新的一句", ("{number} 块", "{number} 块")]))
    assert len([message for message in changed if message.id]) == 2
    assert len(catalogues.without_english(changed)) == 2
    assert catalogues.update(PO.read_bytes(), catalogues.sentences()).num_plurals == 2


def test_a_language_speaks_its_own_sentences() -> None:
    assert ZH.say("读了 {collected} 条，全部采用。", collected=3) == "读了 3 条，全部采用。"
    assert EN.say("读了 {collected} 条，全部采用。", collected=3) == "Read 3 posts, kept them all."
    assert [EN.count("{number} 份", "{number} 份", n) for n in (0, 1, 2)] == ["0 reports", "1 report", "2 reports"]
    assert EN.say("没有人翻译过的句子") == "没有人翻译过的句子"
    assert [ZH.enumerate("甲乙"), EN.enumerate(["a", "b"])] == ["甲、乙", "a, b"]
    assert [ZH.join(["好。", "", "行。"]), EN.join(["Good.", "Fine."])] == ["好。行。", "Good. Fine."]
    assert [each.blame(TuibaoError("x: broken", words="坏了")) for each in (ZH, EN)] == ["坏了", "x: broken"]


def test_the_english_catalogue_is_loaded_once() -> None:
    assert words_of("en") is EN
