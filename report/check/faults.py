"""What a check finds wrong with a point: the rule that it breaks, and one sentence for whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["must", "style"]
Rule = Literal[
    "citation", "quantity", "name", "support", "quote", "date", "instruction", "placeholder", "markup", "link", "label",
    "language", "filler", "headline", "speaker", "unverified", "forecast", "trend", "pronoun", "hearsay", "length",
    "repeat", "ten", "no_posts", "order", "counted", "zero", "overview", "id", "status", "heading",
]  # fmt: skip
STYLE: frozenset[Rule] = frozenset(
    ("filler", "headline", "speaker", "unverified", "forecast", "trend", "pronoun", "hearsay", "length", "ten", "order")
)


@dataclass(frozen=True)
class Fault:
    """`words` is one Chinese sentence: what is wrong, and what to do."""

    rule: Rule
    words: str

    @property
    def severity(self) -> Severity:
        """`must`: what it stands in may not be published. `style`: sent back once, then kept and counted."""
        return "style" if self.rule in STYLE else "must"
