"""The prompts, as Markdown files; those that share a part include it."""

from __future__ import annotations

from functools import cache


@cache
def prompt(name: str) -> str:
    """A prompt with its parts, by the name of its file."""
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415  only where reports are made

    prompts = Environment(loader=PackageLoader("report.writer", "prompts"), autoescape=False)  # noqa: S701  no HTML
    return prompts.get_template(f"{name}.md").render().strip()
