"""Weekdays as they are told, in a sentence and on a button."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.words import Words


def weekday_words(weekdays: Sequence[int], words: Words) -> str:
    """每天, 工作日, 周末, 周一、周三: as a sentence has it before its hours."""
    match tuple(weekdays):
        case () | (1, 2, 3, 4, 5, 6, 7):
            return words.say("每天").lower()
        case (1, 2, 3, 4, 5):
            return words.say("工作日")
        case (6, 7):
            return words.say("周末")
        case days:
            return words.enumerate([day_name(day, words) for day in days])


def weekdays_called(weekdays: Sequence[int], words: Words) -> str:
    """The same as the name of a choice: 每天, 周一到周五, 周六、周日."""
    if len(weekdays) in {0, 7}:
        return words.say("每天")
    if tuple(weekdays) == (1, 2, 3, 4, 5):
        return words.say("周一到周五")
    return words.enumerate([day_name(day, words) for day in weekdays])


def day_name(day: int, words: Words) -> str:
    return (
        words.say("周一"), words.say("周二"), words.say("周三"), words.say("周四"), words.say("周五"),
        words.say("周六"), words.say("周日"),
    )[day - 1]  # fmt: skip
