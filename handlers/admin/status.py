"""/status: next runs, the last report, deliveries, today's money."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handlers.base import Message, Request, Services, command
from report.doc import Heading, Paragraph, Span, doc, text


@command("status", "管理：下次运行、送达、今天的花费", admin=True)
async def status(request: Request, services: Services) -> AsyncIterator[Message]:
    lines = [Paragraph(text(line)) for line in await services.newsroom.status(request.words)]
    yield Message(doc(Heading((Span(request.words.say("运行情况")),), 1), lines))
