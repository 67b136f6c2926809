"""What the program keeps beside reports and subscriptions: deliveries, runs, and the index of reports.

Always holds: values are frozen; a delivery is one for each report, revision and chat, and `sent` is never longer than
its steps; moments are aware.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, SkipValidation, model_validator

from report.model import Language, Report, Value

# unknown: of a part nobody knows whether it was accepted; left: a correction met a message that cannot be edited.
DeliveryState = Literal["pending", "sent", "failed", "gone", "unknown", "left"]
UNKNOWN, LEFT = "?", "-"  # in the place of an id: nobody knows whether there is one; the old message stayed
LATE = 0  # the revision of the line that says that a report is late


class Delivery(Value):
    """One report on its way to one chat: a step for each part, and one for each old message without a part."""

    report_key: str
    revision: int = Field(default=1, ge=LATE)
    chat: str  # Chat.key: "telegram:-100123"
    # bot.platforms.Part: rendered once, sent in this order. Not copied by validation: thousands of chats share them.
    parts: tuple[SkipValidation[dict[str, Any]], ...]
    # A correction: the messages that the parts take the place of, "" for a part that is new; those beyond the parts are
    # deleted.
    edits: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()  # of each step that was accepted the platform's id, UNKNOWN or LEFT
    begun_at: AwareDatetime | None = None  # when the next step was begun, while nobody knows whether it was accepted
    state: DeliveryState = "pending"
    attempts: int = Field(default=0, ge=0)
    first_tried_at: AwareDatetime | None = None
    next_try_at: AwareDatetime | None = None  # None: now
    error: str = ""
    created_at: AwareDatetime

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(self.sent) > self.steps:
            raise ValueError(f"{len(self.sent)} steps are marked as done, but there are {self.steps}")
        return self

    @property
    def key(self) -> str:
        """What must be unique: report, revision, chat."""
        return f"{self.report_key} {self.revision} {self.chat}"

    @property
    def steps(self) -> int:
        return max(len(self.parts), len(self.edits))

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
    words: str = ""  # the error in Chinese

    def why(self, language: Language) -> str:
        """The error in that language, as far as it is known in it."""
        return (self.words or self.error) if language == "zh" else self.error


class Told(Value):
    """Something that the bot's admins were told."""

    key: str
    at: AwareDatetime


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
