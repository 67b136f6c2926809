"""What can go wrong in making a report. Each class says what the caller should do.

TuibaoError
├── InputError        the caller's words, files or configuration are unusable: say so, do not retry (exit 2)
├── SourceError       one source of posts failed: go on with the others (exit 3 if it was the last)
├── ModelError        the language model is out of reach or its answers are unusable: write offline (exit 3)
│   ├── BudgetSpent   the report's or the day's dollars are used up: go on with what there is
│   └── AnswersMissing  --replay: these requests have no answer yet (exit 3)
└── NothingToReport   the period holds no usable post (exit 4)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class TuibaoError(Exception):
    """A sentence for the person who reads it at 7 in the morning: what is wrong, and what to do.

    `words` say it in Chinese where a chat or a report is to tell it; else they are the sentence itself.
    """

    def __init__(self, message: str = "", *, words: str = "") -> None:
        super().__init__(message)
        self.words = words or message


class InputError(TuibaoError):
    pass


class SourceError(TuibaoError):
    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class ModelError(TuibaoError):
    """`words` say it in Chinese, for a note in the report that is made without the model."""

    def __init__(self, message: str = "", *, words: str = "模型用不了") -> None:
        super().__init__(message, words=words)


class BudgetSpent(ModelError):
    pass


class AnswersMissing(ModelError):
    """`requests` are the files that hold the open requests; an answer goes beside each (`.answer.txt`)."""

    def __init__(self, requests: Sequence[Path]) -> None:
        super().__init__(
            f"llm: {len(requests)} request(s) have no answer yet; put each answer beside its request "
            f"as HASH.answer.txt and run this again: {', '.join(map(str, requests))}"
        )
        self.requests = tuple(requests)


class NothingToReport(TuibaoError):
    pass
