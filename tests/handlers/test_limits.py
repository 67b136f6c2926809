"""How much a reader and a chat may ask within a minute."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.limits import Limits, Refused

START = datetime(2026, 1, 8, tzinfo=UTC)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def ask(limits: Limits, second: float, *, user: str = "telegram:7", chat: str = "telegram:7", cost: int = 1) -> object:
    return limits.ask(user=user, chat=chat, cost=cost, now=at(second))


def test_twenty_a_minute_then_one_warning_then_silence_until_there_is_room() -> None:
    limits = Limits()
    assert [ask(limits, second) for second in range(20)] == [None] * 20
    assert ask(limits, 20) == Refused(40)
    assert {ask(limits, 20 + second / 10) for second in range(390)} == {Refused(None)}
    assert ask(limits, 60) is None
    assert ask(limits, 60.5) == Refused(None)
    assert ask(limits, 61) is None


def test_the_seconds_that_are_told_are_enough() -> None:
    limits = Limits()
    assert [ask(limits, second * 7.3, cost=5) for second in range(4)] == [None] * 4
    refused = ask(limits, 30.2, cost=5)
    assert refused == Refused(30)
    assert ask(limits, 60.2, cost=5) is None


def test_what_was_refused_costs_nothing() -> None:
    limits = Limits()
    for _ in range(4):
        ask(limits, 0, cost=5)
    for second in range(59):
        ask(limits, second)
    assert [ask(limits, 60) for _ in range(20)] == [None] * 20


def test_a_chat_has_sixty_for_all_its_readers_and_is_told_once() -> None:
    limits = Limits()
    said = [ask(limits, 0, user=f"telegram:{number}", chat="telegram:-5") for number in range(70)]
    assert said == [None] * 60 + [Refused(60)] + [Refused(None)] * 9
    assert ask(limits, 0, user="telegram:69", chat="telegram:69") is None


def test_without_a_reader_only_the_chat_is_counted() -> None:
    limits = Limits()
    assert [ask(limits, 0, user="", chat="telegram:-9") for _ in range(61)] == [None] * 60 + [Refused(60)]


def test_what_costs_more_than_the_limit_can_be_asked_once() -> None:
    limits = Limits(per_user=3)
    assert ask(limits, 0, cost=5) is None
    assert ask(limits, 1, cost=5) == Refused(59)


def test_a_clock_set_back_neither_frees_nor_locks_out() -> None:
    limits = Limits()
    for _ in range(20):
        ask(limits, 7200)
    assert ask(limits, 0) == Refused(60)
    assert ask(limits, 59.9) == Refused(None)
    assert ask(limits, 60) is None


def test_who_was_silent_for_a_minute_is_forgotten() -> None:
    limits = Limits()
    for number in range(1000):
        ask(limits, 0, user=f"telegram:{number}", chat=f"telegram:{number}")
    ask(limits, 61)
    assert len(limits) == 2


def test_a_million_names_do_not_fill_the_memory() -> None:
    limits = Limits(most=100)
    for number in range(5000):
        ask(limits, 0, user=f"telegram:{number}", chat=f"telegram:{number}")
    assert len(limits) <= 100


USERS, CHATS = ("", "telegram:1", "telegram:2", "telegram:3"), ("telegram:-1", "telegram:-2")
ASKED = st.tuples(st.floats(0, 9), st.sampled_from(USERS), st.sampled_from(CHATS), st.sampled_from([1, 1, 1, 2, 5]))


@given(st.lists(ASKED, max_size=200))
def test_no_minute_holds_more_than_the_limit_nor_two_warnings_to_one(asked: list[tuple[float, str, str, int]]) -> None:
    limits, now = Limits(per_user=8, per_chat=20), 0.0
    answered: dict[str, list[tuple[float, int]]] = defaultdict(list)
    told: list[tuple[float, str, str]] = []
    for wait, user, chat, cost in asked:
        now += wait
        refused = ask(limits, now, user=user, chat=chat, cost=cost)
        if refused is None:
            for name in filter(None, (user, chat)):
                answered[name].append((now, cost))
        elif refused != Refused(None):
            told.append((now, user, chat))
    for name, times in answered.items():
        limit = 20 if name in CHATS else 8
        for end, _ in times:
            assert sum(cost for then, cost in times if end - 60 < then <= end) <= limit
    for then, user, chat in told:
        alike = [each for each in told if then - 60 < each[0] <= then and each[1:] == (user, chat)]
        assert len(alike) <= 2  # once for the reader, once for the chat


@given(st.lists(st.tuples(st.floats(-5000, 5000), st.sampled_from(USERS), st.sampled_from(CHATS)), max_size=100))
def test_whatever_the_clock_did_a_minute_later_there_is_room(asked: list[tuple[float, str, str]]) -> None:
    limits, now = Limits(), 0.0
    for wait, user, chat in asked:
        now += wait
        ask(limits, now, user=user, chat=chat)
    for user in USERS:
        for chat in CHATS:
            assert ask(limits, now + 60, user=user, chat=chat) is None
