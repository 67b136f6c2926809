"""From a request to its answer: what nobody can see is taken out, floods are stopped, strangers are kept from admin
commands, a broken handler is survived.

In: a Request as a platform heard it. Out: Messages. In this order: invisible characters, limits, the chat's language
and timezone, length, the command. Always holds: an admin's command is to a stranger an unknown one, in words and in
cost; every request is answered with Messages, or with silence where its sender was told to wait.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

from handlers import (  # noqa: F401  importing enters their commands
    brief,
    help,  # noqa: A004
    range,  # noqa: A004
    sections,
    settings,
)
from handlers.admin import ledger, regenerate, stats, status  # noqa: F401
from handlers.base import COMMANDS, Command, Message, Request, Services
from handlers.limits import Refused
from handlers.lookup import NotFound
from handlers.searching import ask, search  # noqa: F401
from handlers.subscribing import subscribe  # noqa: F401
from handlers.unknown_command import is_plain_words, lead_on, unknown
from report.doc import doc, paragraph
from report.wording import visible

log = logging.getLogger(__name__)
MOST_CHARACTERS = 2_000
DEAR = 5  # what a model may be asked for
MENU = (
    *("brief", "detail", "ai", "market", "finance", "sentiment", "changes", "ask", "search", "range"),
    *("views", "events", "cloud", "sources", "subscribe", "unsubscribe", "settings", "topics", "help", "start"),
    *("regenerate", "ledger", "stats", "status"),
)


def order_menu() -> None:
    """As menus show them: what a reader wants most stands first, what MENU does not name follows, admins' come last."""
    places = {name: place for place, name in enumerate(MENU)}
    table = sorted(COMMANDS.items(), key=lambda entry: (entry[1].admin, places.get(entry[0], len(MENU))))
    COMMANDS.clear()
    COMMANDS.update(table)


order_menu()


async def answer(request: Request, services: Services) -> AsyncIterator[Message]:
    """The messages of the handler, or what stands in its place."""
    too_long = len(request.arguments) > MOST_CHARACTERS
    request = replace(request, arguments=visible(request.arguments[:MOST_CHARACTERS]).strip())
    found = COMMANDS.get(request.command)
    if found and found.admin and not services.is_admin(request):
        found = None
    refused = _count(request, found, services)
    if refused and refused.after_s is None:
        return
    request = await settle(request, services)
    words = request.words
    if refused:
        yield _say(words.say("太快了，{seconds} 秒后再来。", seconds=refused.after_s))
        return
    if too_long:
        yield _say(words.say("这条太长了，请控制在 {most} 字以内。", most=MOST_CHARACTERS))
        return
    if found is None or is_plain_words(request, services):
        yield replace(lead_on(request) if found else unknown(request, services), personal=True)
        return
    try:
        async for message in found.handler(request, services):
            yield message
    except NotFound as missing:
        yield missing.message
    except Exception:
        log.exception("handlers: /%s failed", request.command, extra={"action": "answer", "chat": request.chat.key})
        yield _say(words.say("这次没答上来，原因已经记下。过一会儿再试，或发 /help 看别的。"))


async def settle(request: Request, services: Services) -> Request:
    """With the language to answer in and the chat's timezone.

    What a private chat's client speaks is kept for pushes, where it is not what they are written in anyway.
    """
    kept = await services.store.chat(request.chat.key)
    spoken = request.language if request.chat.kind == "private" else None
    if spoken and spoken != (kept.seen_language or services.language):
        seen = {"seen_language": spoken}
        await services.store.change_chat(request.chat.key, lambda settings: settings.model_copy(update=seen))
    language = kept.language or request.language or kept.seen_language or services.language
    return replace(request, language=language, timezone=kept.timezone)


def _count(request: Request, found: Command | None, services: Services) -> Refused | None:
    """A press costs one unless it asks for what is dear, what is unknown one; the bot's admins have no limit."""
    user = request.user if request.user_id and not services.is_admin(request) else ""
    cost = found.cost if found and (not request.pressed or found.cost >= DEAR) else 1
    return services.limits.ask(user=user, chat=request.chat.key, cost=cost, now=services.now())


def _say(sentence: str) -> Message:
    return Message(doc(paragraph(sentence)), personal=True)
