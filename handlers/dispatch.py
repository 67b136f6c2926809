"""From a request to its answer: finds the handler, keeps strangers from admin commands, survives a broken handler."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from handlers import (  # noqa: F401  importing enters their commands
    admin,
    ask,
    help,  # noqa: A004
    ledger,
    range,  # noqa: A004
    search,
    sections,
    stats,
    subscribe,
    today,
)
from handlers.base import COMMANDS, Message, Request, Services
from report.doc import Paragraph, Span, doc, text

log = logging.getLogger(__name__)
MENU = (
    *("brief", "detail", "ai", "market", "finance", "sentiment", "changes", "views", "events", "cloud", "sources"),
    *(
        "range",
        "search",
        "ask",
        "subscribe",
        "unsubscribe",
        "topics",
        "help",
        "start",
        "regenerate",
        "ledger",
        "stats",
        "status",
    ),
)
for _name in MENU:  # the order in which menus show them: what a reader wants most stands first
    COMMANDS[_name] = COMMANDS.pop(_name)


async def answer(request: Request, services: Services) -> AsyncIterator[Message]:
    """The messages of the handler. A stranger's admin command is answered as an unknown one."""
    found = COMMANDS.get(request.command)
    if found is None or (found.admin and not services.is_admin(request)):
        yield unknown(request.command)
        return
    try:
        async for message in found.handler(request, services):
            yield message
    except Exception:
        log.exception("handlers: /%s failed", request.command, extra={"action": "answer", "chat": request.chat.key})
        yield Message(doc(Paragraph(text("这次没答上来，原因已经记下。过一会儿再试，或发 /help 看别的。"))))


def unknown(name: str) -> Message:
    command = f"/{name[:32]}"
    return Message(doc(Paragraph((Span("没有 "), Span(command, code=True), *text(" 这个命令。能用的都在 /help 里。")))))
