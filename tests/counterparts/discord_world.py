"""Discord's world as its bot sees it: servers, channels, messages, interactions. Values are Discord's own JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.counterparts.discord_limits import ApiError, Json, check_message

EPHEMERAL, LOADING = 64, 128
DM, TEXT, THREAD = 1, 0, 11
EPOCH_MS = 1420070400000
JOINED = "2026-01-01T00:00:00+00:00"
ANSWER_WITHIN_S, TOKEN_LIVES_S, NONCE_LIVES_S = 3.0, 15 * 60, 5 * 60


@dataclass
class Interaction:
    id: str
    token: str
    channel_id: str
    user_id: str
    created_s: float
    message_id: str | None = None  # the message whose button was pressed
    answered: int | None = None  # the type of the first answer
    flags: int = 0
    original: str | None = None


@dataclass
class World:
    """What holds on Discord's side. `emit` is told each gateway event; `clock` counts seconds."""

    application_id: str = "100000000000000001"
    clock: Callable[[], float] = time.monotonic
    emit: Callable[[str, Json], None] = lambda _event, _data: None
    guilds: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    denied: dict[str, int] = field(default_factory=dict)  # channel id: 50001 or 50013
    messages: dict[str, Json] = field(default_factory=dict)  # in their order, whichever channel
    readers: dict[str, str] = field(default_factory=dict)  # ephemeral message: its only reader
    interactions: dict[str, Interaction] = field(default_factory=dict)  # by token
    commands: list[Json] = field(default_factory=list)
    nonces: dict[str, tuple[float, str]] = field(default_factory=dict)  # when it was said, in which message
    passed_s: float = 0.0
    _count: int = 0

    def now_s(self) -> float:
        return self.clock() + self.passed_s

    def new_id(self) -> str:
        self._count += 1
        return str(((int(time.time() * 1000) - EPOCH_MS) << 22) + self._count)

    @property
    def bot(self) -> Json:
        return self.user(self.application_id, "tuibao") | {"bot": True}

    def user(self, user_id: str, name: str = "") -> Json:
        return {"id": user_id, "username": name or f"user{user_id}", "discriminator": "0", "avatar": None}

    def add_guild(self, name: str, channels: list[str]) -> list[str]:
        """The ids of its channels."""
        guild_id = self.new_id()
        role = {"id": guild_id, "name": "@everyone", "permissions": "274877991936", "position": 0, "color": 0}
        role |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
        self.guilds[guild_id] = {"id": guild_id, "name": name, "owner_id": "7", "roles": [role]}
        self.emit("GUILD_CREATE", self.guild(guild_id))
        return [self.add_channel(guild_id, channel) for channel in channels]

    def add_channel(self, guild_id: str, name: str, *, thread_of: str = "") -> str:
        channel = {"id": self.new_id(), "type": TEXT, "name": name, "guild_id": guild_id, "position": 0}
        channel |= {"permission_overwrites": [], "nsfw": False, "topic": None, "parent_id": thread_of or None}
        if thread_of:
            metadata = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": JOINED, "locked": False}
            channel |= {"type": THREAD, "owner_id": "7", "message_count": 0, "member_count": 1}
            channel |= {"thread_metadata": metadata}
        self.channels[str(channel["id"])] = channel
        self.emit("THREAD_CREATE" if thread_of else "CHANNEL_CREATE", channel)
        return str(channel["id"])

    def add_dm(self, user_id: str) -> str:
        channel_id = self.new_id()
        self.channels[channel_id] = {"id": channel_id, "type": DM, "recipients": [self.user(user_id)]}
        return channel_id

    def guild(self, guild_id: str) -> Json:
        """The server as GUILD_CREATE shows it."""
        inside = [channel for channel in self.channels.values() if channel.get("guild_id") == guild_id]
        member = {"user": self.bot, "roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}
        empty: Json = {key: [] for key in ("emojis", "stickers", "features", "presences", "voice_states")}
        empty |= {key: [] for key in ("stage_instances", "guild_scheduled_events", "soundboard_sounds")}
        zero = dict.fromkeys(("verification_level", "default_message_notifications", "mfa_level", "nsfw_level"), 0)
        zero |= dict.fromkeys(("explicit_content_filter", "afk_timeout", "system_channel_flags", "premium_tier"), 0)
        return (
            empty
            | zero
            | self.guilds[guild_id]
            | {"channels": [channel for channel in inside if channel["type"] != THREAD]}
            | {"threads": [channel for channel in inside if channel["type"] == THREAD], "members": [member]}
            | {
                "member_count": 1,
                "large": False,
                "unavailable": False,
                "joined_at": JOINED,
                "preferred_locale": "zh-CN",
            }
        )

    def remove_channel(self, channel_id: str) -> None:
        channel = self.channels.pop(channel_id)
        self.emit("THREAD_DELETE" if channel["type"] == THREAD else "CHANNEL_DELETE", channel)

    def kick(self, guild_id: str) -> None:
        del self.guilds[guild_id]
        self.channels = {key: value for key, value in self.channels.items() if value.get("guild_id") != guild_id}
        self.emit("GUILD_DELETE", {"id": guild_id})

    def open_channel(self, channel_id: str) -> Json:
        """The channel, if the bot may write there; ApiError as Discord words it."""
        if channel_id not in self.channels:
            raise ApiError(404, 10003, "Unknown Channel")
        if code := self.denied.get(channel_id):
            raise ApiError(403, code, {50001: "Missing Access", 50013: "Missing Permissions"}[code])
        return self.channels[channel_id]

    def post(self, channel_id: str, body: Json, files: list[Json], *, flags: int = 0, nonce: bool = False) -> Json:
        """A new message of the bot's, or the one of the same nonce."""
        check_message(body, len(files), creates=True)
        said = body.get("nonce")
        if nonce and said and body.get("enforce_nonce"):
            told_s, known = self.nonces.get(said, (0.0, ""))
            if known in self.messages and self.now_s() - told_s < NONCE_LIVES_S:
                return self.messages[known]
        message: Json = {"id": self.new_id(), "channel_id": channel_id, "author": self.bot, "type": 0}
        message |= {"timestamp": datetime.now(UTC).isoformat(), "edited_timestamp": None, "tts": False}
        message |= {"mention_everyone": False, "mentions": [], "mention_roles": [], "pinned": False}
        message |= {"flags": flags | int(body.get("flags") or 0), "content": "", "embeds": [], "components": []}
        message |= {"attachments": [], "nonce": said} if said else {"attachments": []}
        self.messages[message["id"]] = message
        if said:
            self.nonces[said] = (self.now_s(), message["id"])
        return self._write(message, body, files)

    def _write(self, message: Json, body: Json, files: list[Json]) -> Json:
        for key, empty in (("content", ""), ("embeds", []), ("components", [])):
            if key in body:
                message[key] = body[key] or empty
        if files or "attachments" in body:
            message["attachments"] = [
                {"id": self.new_id(), "size": file["size"], "filename": file["filename"]}
                | {"url": f"https://cdn.example/{file['filename']}", "proxy_url": "https://cdn.example/"}
                for file in files
            ]
        return message

    def edit(self, message_id: str, body: Json, files: list[Json]) -> Json:
        if message_id not in self.messages:
            raise ApiError(404, 10008, "Unknown Message")
        check_message(body, len(files), creates=False)
        message = self._write(self.messages[message_id], body, files)
        message |= {"edited_timestamp": datetime.now(UTC).isoformat(), "flags": message["flags"] & ~LOADING}
        return message

    def delete(self, message_id: str) -> None:
        if self.messages.pop(message_id, None) is None:
            raise ApiError(404, 10008, "Unknown Message")

    def seen_by(self, channel_id: str, user_id: str = "") -> list[Json]:
        """The channel's messages as that user sees them; "" sees the public ones."""
        return [
            message | {"ephemeral": bool(message["flags"] & EPHEMERAL)}
            for message in self.messages.values()
            if message["channel_id"] == channel_id and self.readers.get(message["id"], user_id) == user_id
        ]

    def slash(self, channel_id: str, user_id: str, name: str, options: dict[str, str]) -> Interaction:
        """A user sends a registered command."""
        command = next(command for command in self.commands if command["name"] == name)
        known = {option["name"]: option for option in command.get("options") or []}
        missing = [key for key, option in known.items() if option.get("required") and key not in options]
        if missing or options.keys() - known.keys():
            raise ValueError(f"/{name} has the options {sorted(known)}, given {sorted(options)}")
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        return self._interact(2, channel_id, user_id, data)

    def press(self, message_id: str, user_id: str, action: str, *, forged: bool = False) -> Interaction:
        """A user presses a button that the message has (or claims that it has)."""
        message = self.messages[message_id]
        offered = [button["custom_id"] for row in message["components"] for button in row["components"]]
        if action not in offered and not forged:
            raise ValueError(f"message {message_id} offers {offered}")
        if self.readers.get(message_id, user_id) != user_id:
            raise ValueError(f"message {message_id} is only for {self.readers[message_id]}")
        data = {"custom_id": action, "component_type": 2}
        return self._interact(3, message["channel_id"], user_id, data, message)

    def _interact(
        self, kind: int, channel_id: str, user_id: str, data: Json, message: Json | None = None
    ) -> Interaction:
        channel, user = self.channels[channel_id], self.user(user_id)
        made = Interaction(self.new_id(), f"aW50ZXJhY3Rpb24{self._count}", channel_id, user_id, self.now_s())
        event: Json = {"id": made.id, "application_id": self.application_id, "type": kind, "token": made.token}
        event |= {"version": 1, "data": data, "channel_id": channel_id, "channel": channel, "locale": "zh-CN"}
        event |= {"entitlements": [], "authorizing_integration_owners": {"0": "0"}, "app_permissions": "274877991936"}
        event |= {"attachment_size_limit": 10485760}
        if guild_id := channel.get("guild_id"):
            member: Json = {"user": user, "roles": [], "joined_at": JOINED, "permissions": "274877991936"}
            member |= {"deaf": False, "mute": False, "flags": 0}
            event |= {"guild_id": guild_id, "guild": {"id": guild_id, "locale": "zh-CN", "features": []}}
            event |= {"member": member, "context": 0, "guild_locale": "zh-CN"}
        else:
            event |= {"user": user, "context": 1}
        if message is not None:
            event["message"] = message
            made.message_id = message["id"]
        self.interactions[made.token] = made
        self.emit("INTERACTION_CREATE", event)
        return made

    def answer(self, interaction_id: str, token: str, body: Json, files: list[Json]) -> Json:
        """The first answer to an interaction: a message (4), waiting (5, 6), a change of the pressed message (7)."""
        made = self.interactions.get(token)
        if made is None or made.id != interaction_id or self.now_s() - made.created_s > ANSWER_WITHIN_S:
            raise ApiError(404, 10062, "Unknown interaction")
        if made.answered is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        data = body.get("data") or {}
        flags = int(data.get("flags") or 0)
        if body["type"] in (6, 7):
            if made.message_id is None:
                raise ApiError(400, 50035, "Invalid Form Body", errors={"type": {"_errors": []}})
            message = self.messages[made.message_id]
            if body["type"] == 7:
                message = self.edit(made.message_id, data, files)
        elif body["type"] == 5:
            message = self.post(made.channel_id, {"content": "…"}, [], flags=flags | LOADING) | {"content": ""}
            self.messages[message["id"]] = message
        else:
            message = self.post(made.channel_id, data, files)
        if flags & EPHEMERAL:
            self.readers[message["id"]] = made.user_id
        made.answered, made.flags, made.original = body["type"], flags, message["id"]
        return message

    def follow(self, token: str) -> Interaction:
        """The interaction whose token still lives."""
        made = self.interactions.get(token)
        if made is None or made.answered is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self.now_s() - made.created_s > TOKEN_LIVES_S:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return made
