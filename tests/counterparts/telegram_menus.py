"""The menus of commands that a Telegram server keeps, by scope and language, and the one that a person sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.counterparts.telegram_chats import ChatState, Json, Refused

SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
    "chat_member",
}  # fmt: skip


class Menus:
    def __init__(self) -> None:
        self.kept: dict[str, list[Json]] = {}  # by "SCOPE [chat] LANGUAGE", as `name` writes it

    def set(self, parameters: Json, chats: Mapping[int, ChatState]) -> bool:
        scope, language = parameters.get("scope", {"type": "default"}), parameters.get("language_code", "")
        if scope["type"] not in SCOPES:
            raise Refused(400, "Bad Request: can't parse BotCommandScope: Unsupported type specified")
        if "chat_id" in scope and int(scope["chat_id"]) not in chats:
            raise Refused(400, "Bad Request: chat not found")
        if not re.fullmatch(r"([a-z]{2})?", language):
            raise Refused(400, "Bad Request: invalid language code specified")
        commands = parameters["commands"]
        if len(commands) > 100 or not all(re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]) for one in commands):
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        if not all(1 <= len(one["description"]) <= 256 for one in commands):
            raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.kept[name(scope, language)] = commands
        return True

    def seen(self, chat: ChatState, user_id: int, language: str) -> list[Json]:
        """What that person is offered there: the narrowest menu, in his language before any other."""
        is_admin = chat.members.get(user_id) in {"administrator", "creator"}
        scopes: list[Json] = [{"type": "chat", "chat_id": chat.id}]
        if chat.kind == "private":
            scopes.append({"type": "all_private_chats"})
        else:
            scopes += [{"type": "all_chat_administrators"}] if is_admin else []
            scopes.append({"type": "all_group_chats"})
        for scope in (*scopes, {"type": "default"}):
            for code in (language[:2].lower(), ""):
                if found := self.kept.get(name(scope, code)):
                    return found
        return []


def name(scope: Mapping[str, Any], language: str) -> str:
    return " ".join(filter(None, (str(scope["type"]), str(scope.get("chat_id", "")), language)))
