"""What the program keeps beside reports and subscriptions: deliveries, runs, and the index of reports.

Always holds: values are frozen; a delivery is one for each report, revision and chat, and `sent` is never longer than
`parts`; moments are aware.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, SkipValidation, model_validator

from report.model import Report, Value

DeliveryState = Literal["pending", "sent", "failed", "gone"]


class Delivery(Value):
    """One report on its way to one chat."""

    report_key: str
    revision: int = Field(default=1, ge=1)
    chat: str  # Chat.key: "telegram:-100123"
    # bot.platforms.Part: rendered once, sent in this order. Not copied by validation: thousands of chats share them.
    parts: tuple[SkipValidation[dict[str, Any]], ...]
    sent: tuple[str, ...] = ()  # the platform's ids of the parts that it accepted
    state: DeliveryState = "pending"
    attempts: int = Field(default=0, ge=0)
    first_tried_at: AwareDatetime | None = None
    next_try_at: AwareDatetime | None = None  # None: now
    error: str = ""
    created_at: AwareDatetime

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(self.sent) > len(self.parts):
            raise ValueError(f"{len(self.sent)} parts are marked as sent, but there are {len(self.parts)}")
        return self

    @property
    def key(self) -> str:
        """What must be unique: report, revision, chat."""
        return f"{self.report_key} {self.revision} {self.chat}"

    @property
    def remaining(self) -> tuple[dict[str, Any], ...]:
        """The parts that were not accepted yet."""
        return self.parts[len(self.sent) :]


class RunMark(Value):
    """A scheduled moment of a topic, and what became of it."""

    topic: str
    due: AwareDatetime  # the moment of the schedule
    done_at: AwareDatetime  # of the newest try
    first_try_at: AwareDatetime | None = None
    report_key: str = ""  # "" where no report was made
    revision: int = 1
    error: str = ""


class ReportEntry(Value):
    """A line of the index: what is known of a report without reading it."""

    key: str
    topic: str
    first: date
    last: date
    revision: int = Field(ge=1)
    created_at: AwareDatetime
    writer: str

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(
            key=report.key,
            topic=report.topic,
            first=report.first,
            last=report.last,
            revision=report.revision,
            created_at=report.created_at,
            writer=report.writer,
        )
