"""What becomes of a delivery after each kind of error."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import LEFT, UNKNOWN
from bot.outbox import PATIENCE, decide
from bot.outbox.decide import accept, begin, is_too_late, next_step, resume
from bot.platforms import ChatGone, ChatMoved, InDoubt, Instead, PlatformError, Rejected, RetryLater, Uneditable
from tests.bot.outbox.values import NOW, delivery

LATE = NOW + timedelta(hours=9)


@pytest.mark.parametrize(
    ("error", "state", "sent", "begun"),
    [
        (None, "pending", (), True),
        (RetryLater("500"), "pending", (), True),
        (RetryLater("lost", in_doubt=True), "pending", (), True),
        (ChatGone("blocked"), "gone", (), False),
        (ChatMoved("supergroup", "-100"), "pending", (), False),
        (Rejected("never"), "failed", (), False),
        (Uneditable("deleted"), "pending", (LEFT,), False),
        (InDoubt("no history"), "pending", (UNKNOWN,), False),
        (Instead("no rich text", [{"n": 8}, {"n": 9}]), "pending", (), False),
        (Instead("nothing else", [{"n": 0}]), "failed", (), False),
    ],
)
def test_each_error_has_its_consequence(
    error: PlatformError | None, state: str, sent: tuple[str, ...], begun: bool
) -> None:
    decided = decide(begin(delivery(), NOW), error, NOW)
    assert (decided.state, decided.sent, decided.begun_at is not None) == (state, sent, begun)


def test_waiting_grows_and_honours_what_the_platform_asks_and_begins_anew_with_the_next_part() -> None:
    first = decide(delivery(), RetryLater("500"), NOW)
    second = decide(first, RetryLater("500"), NOW)
    asked = decide(delivery(), RetryLater("429", after_s=300), NOW)
    assert first.next_try_at == NOW + timedelta(seconds=5)
    assert second.next_try_at == NOW + timedelta(seconds=10)
    assert asked.next_try_at == NOW + timedelta(seconds=300)
    next_part = decide(accept(second, "1"), RetryLater("500"), LATE)
    assert next_part.next_try_at == LATE + timedelta(seconds=5)
    assert next_part.first_tried_at == LATE


def test_it_never_waits_longer_than_a_quarter_of_an_hour_of_its_own() -> None:
    waiting = delivery()
    for _ in range(20):
        waiting = decide(waiting, RetryLater("500"), NOW)
    assert waiting.next_try_at == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("error", "state"), [(RetryLater("500"), "failed"), (RetryLater("x", in_doubt=True), "unknown")]
)
def test_after_six_hours_of_failing_a_part_is_given_up_however_old_it_was_at_first(
    error: RetryLater, state: str
) -> None:
    first = decide(delivery(), RetryLater("500"), LATE)
    assert first.state == "pending"
    assert decide(first, error, LATE + PATIENCE).state == "pending"
    assert decide(first, error, LATE + PATIENCE + timedelta(seconds=1)).state == state
    assert decide(first, ChatMoved("supergroup", "-100"), LATE + PATIENCE * 2).state == "pending"


@pytest.mark.parametrize(
    ("sent", "state"), [(("1", "2"), "sent"), (("1", UNKNOWN), "unknown"), ((LEFT, "2"), "left"), (("", "2"), "sent")]
)
def test_the_end_says_what_was_not_as_it_should_be(sent: tuple[str, ...], state: str) -> None:
    assert accept(delivery(parts=2, sent=sent[:1]), sent[1]).state == state


def test_what_was_begun_and_is_in_doubt_is_never_too_late() -> None:
    old = delivery(created_at=NOW - timedelta(days=2))
    assert is_too_late(old, NOW)
    assert not is_too_late(begin(old, NOW), NOW)
    assert not is_too_late(old.model_copy(update={"sent": ("1",)}), NOW)


@pytest.mark.parametrize("offered", [(), ({"n": 8},), ({"n": 8}, {"n": 9})])
@pytest.mark.parametrize("edits", [(), ("a", "b", "c"), ("a", "b", "c", "d"), ("a", "", "c"), ("a",)])
def test_parts_that_come_instead_keep_the_old_messages_of_the_others(
    offered: tuple[dict[str, int], ...], edits: tuple[str, ...]
) -> None:
    before = delivery(parts=3, edits=edits, sent=("a",) if edits else ("1",))
    after = decide(before, Instead("no rich text", offered), NOW)
    steps = []
    while step := next_step(after):
        steps.append((step.part["n"] if step.part else None, step.replaces))
        after = accept(after, "x")
    targets = {0: "", **dict(enumerate(edits))}
    new = [each["n"] for each in offered]
    expected = [(number, targets.get(1, "") if at == 0 else "") for at, number in enumerate(new)]
    expected.append((2, targets.get(2, "")))
    surplus = [edits[3]] if len(edits) > 3 else []
    surplus += [targets[1]] if not new and targets.get(1) else []
    assert steps == expected + [(None, each) for each in surplus]


@given(st.integers(-20, 20), st.booleans(), st.sampled_from([(), ("a", "b", "c")]))
def test_after_a_crash_a_part_is_sent_again_only_where_it_cannot_come_twice_or_was_just_begun(
    minutes: int, idempotent: bool, edits: tuple[str, ...]
) -> None:
    begun = delivery(edits=edits, begun_at=NOW - timedelta(minutes=minutes))
    again = resume(begun, NOW, idempotent=idempotent)
    assert (again == begun) == (idempotent or bool(edits) or 0 <= minutes < 10)
    assert again == begun or again.sent == (UNKNOWN,)
    assert resume(delivery(), NOW, idempotent=False) == delivery()
