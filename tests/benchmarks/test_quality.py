import json
from pathlib import Path

import pytest

from benchmarks import quality
from benchmarks.measures.figure import Figure
from benchmarks.target import agreement, compare


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [
        (0.8, ">= 0.80", True),
        (0.7999, ">= 0.80", False),
        (0.05, "<= 0.05", True),
        (0.06, "<= 0.05", False),
        (1, "", None),
    ],
)
def test_a_figure_is_held_against_its_goal(value: float, goal: str, met: bool | None) -> None:
    assert Figure("x", value, goal).is_met is met


def test_what_a_folder_lacks_is_skipped_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subjects = ["claims", "keeping", "money", "numbers", "ranking", "target"]
    assert quality.main(["--data", str(tmp_path / "data"), "--json", "--only", *subjects]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["figures"] == []
    assert said["skipped"].keys() == set(subjects)
    assert all(" has no " in reason for reason in said["skipped"].values())


def test_a_missed_goal_ends_with_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.measures.grouping.measure", lambda _: iter([Figure("bad", 0.1, ">= 0.9")]))
    assert quality.main(["--only", "grouping", "--markdown"]) == 1
    assert "| grouping | bad | 0.1 | >= 0.9 **missed** |  |" in capsys.readouterr().out


def test_a_report_beside_its_target_tells_where_each_story_went() -> None:
    def point(headline: str, *citations: str) -> dict[str, object]:
        return {"headline": headline, "text": "", "citations": citations}

    ten = [point("甲", "1"), point("乙", "2"), point("丙", "3"), point("丁", "4")]
    target = {"sections": [{"kind": "core", "points": ten}], "ledger": {"used_ids": list("1234"), "dropped": []}}
    views = {"kind": "views", "points": [], "children": [{"points": [point("乙说", "2")]}]}
    ledger = {"used_ids": list("124"), "dropped": [{"id": "3", "kind": "ad", "reason": "卖课"}]}
    report = {"sections": [{"kind": "core", "points": [point("甲说", "9", "1")]}, views], "ledger": ledger}
    assert [(pick.ours, pick.why) for pick in compare(report, target)] == [
        ("甲说", ""),
        ("", "in views: 乙说"),
        ("", "1 of 1 posts dropped: ad, 卖课"),
        ("", "kept, and not written about"),
    ]  # fmt: skip
    kept, dropped = agreement(report, target)
    assert kept == pytest.approx(6 / 7)
    assert dropped == 0.0
