"""HTML → its words: a feed's summary as plain text."""

from __future__ import annotations

from html.parser import HTMLParser

TEXT_BLOCKS = frozenset({"p", "div", "br", "hr", "pre", "blockquote", "section", "article", "figure"})
BLOCKS = TEXT_BLOCKS | {"li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
SILENT = frozenset({"script", "style", "template", "svg", "iframe"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the base's form
        self._silent += tag in SILENT
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT and self._silent > 0
        self._break_at(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)

    def _break_at(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")


def strip_tags(markup: str) -> str:
    """The words of a piece of HTML, a line for each block, runs of blanks as one."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.pieces).split("\n"))
    return "\n".join(line for line in lines if line)
