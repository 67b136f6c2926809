from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from report.errors import ModelError
from report.model import Author, Period, Point, Tweet
from report.writer.plan import Piece
from report.writer.repairs import Checker, Repair, Repairs, hold

DAY = Period.of_days(date(2026, 3, 27), date(2026, 3, 27), "Asia/Shanghai")
POST = Tweet(
    id="1",
    author=Author(handle="mila_team", name="Mila"),
    text="Mila's free tier drops from 50 to 30 requests a day on Monday. Pro does not change.",
    created_at=datetime(2026, 3, 27, 3, tzinfo=UTC),
    source="x",
)
GOOD = "Mila 的免费额度从每天 50 次降到 30 次，周一生效，Pro 不变。"
WRONG = "Mila 的免费额度从每天 50 次降到 20 次，周一生效，Pro 不变。"


def checker(*names: str) -> Checker:
    return Checker({"1": POST}, DAY, names)


def piece(text: str, headline: str = "Mila 免费额度下调", *, is_placed: bool = True) -> Piece:
    point = Point(id="draft", headline=headline, text=text, citations=("1",), kinds=("events",))
    return Piece(point, "events", is_placed=is_placed)


class Editor:
    """Answers each question with these texts by the labels r1 …, and remembers what it was asked."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.asked: list[str] = []

    async def __call__(self, question: str) -> Repairs:
        self.asked.append(question)
        repairs = [
            Repair(id=label, headline="Mila 免费额度下调", text=text, citations=("p1", "p9"))
            for label, text in self.texts.items()
        ]
        return Repairs(points=tuple(repairs))


def texts(points: Mapping[str, Point]) -> dict[str, str]:
    return {label: point.text for label, point in points.items()}


async def test_what_holds_is_not_sent_back() -> None:
    editor = Editor()
    held = await hold({"d1": piece(GOOD)}, checker(), editor)
    assert texts(held.points) == {"d1": GOOD}
    assert (editor.asked, held.checked.sent_back, held.checked.refused) == ([], 0, 0)


async def test_what_fails_goes_back_once_with_its_reason_and_its_post() -> None:
    editor = Editor(r1=GOOD)
    held = await hold({"d1": piece(WRONG), "d2": piece(GOOD)}, checker(), editor)
    assert texts(held.points) == {"d1": GOOD, "d2": GOOD}
    (question,) = editor.asked
    assert "<r1 所引 p1>\nMila 免费额度下调｜" in question
    assert "问题：数字「20 次」不在所引帖子里" in question
    assert f"<p1 Mila>\n{POST.text}\n</p1>" in question
    assert (held.checked.points, held.checked.sent_back, held.checked.refused) == (2, 1, 0)


@pytest.mark.parametrize("again", [WRONG, "", "Zorblat 的免费额度降到每天 30 次。", GOOD + "详见 https://evil.invalid"])
async def test_what_fails_again_falls_or_is_made_harmless(again: str) -> None:
    held = await hold({"d1": piece(WRONG)}, checker(), Editor(r1=again))
    assert all(
        "20 次" not in text and "Zorblat" not in text and "://" not in text for text in texts(held.points).values()
    )
    assert held.checked.refused == 1 - len(held.points)
    assert bool(held.checked.faults) == (not held.points)


async def test_a_draft_that_nobody_chose_falls_without_a_question() -> None:
    editor = Editor(r1=GOOD)
    held = await hold({"d1": piece(WRONG, is_placed=False)}, checker(), editor)
    assert (held.points, editor.asked) == ({}, [])


async def test_without_an_answer_the_failing_fall_and_a_note_says_so() -> None:
    async def silent(_question: str) -> Repairs:
        raise ModelError("llm: out of reach", words="模型没有给出回答")

    held = await hold({"d1": piece(WRONG), "d2": piece(GOOD)}, checker(), silent)
    assert texts(held.points) == {"d2": GOOD}
    assert held.notes == ("没通过核对的 1 条没能退回模型重写：模型没有给出回答",)


async def test_a_repair_cites_only_what_its_point_cited() -> None:
    held = await hold({"d1": piece(WRONG)}, checker(), Editor(r1=GOOD))
    assert held.points["d1"].citations == ("1",)


async def test_a_sentence_falls_with_all_the_drafts_that_it_retells() -> None:
    bad = piece(WRONG)
    sentence = Piece(bad.point.model_copy(update={"headline": ""}), "overview", drafts={"d1": bad.point})
    held = await hold({"d1": bad, "s1": sentence}, checker(), Editor(r2=GOOD))
    assert held.points == {}


def test_another_name_that_the_topic_knows_is_no_fault() -> None:
    retold = piece(GOOD.replace("Mila", "Zorblat"), "Zorblat 免费额度下调")
    assert "name" in {fault.rule for fault in checker().faults(retold)}
    assert checker("Zorblat=Mila").faults(retold) == ()
