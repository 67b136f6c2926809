"""The places of Discord's world as its bot sees them: servers, channels, threads, messages. Values are Discord's JSON.

What the bot may not do is refused in Discord's words: `forbid` takes rights from everybody in a channel, `denied`
answers with a code whatever the rights say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.counterparts.discord_limits import ApiError, Json, check_message, check_thread

EPHEMERAL, LOADING, HAS_THREAD = 64, 128, 32
DM, TEXT, THREAD = 1, 0, 11
EPOCH_MS = 1420070400000
JOINED = "2026-01-01T00:00:00+00:00"
NONCE_LIVES_S = 5 * 60
# Rights: https://discord.com/developers/docs/topics/permissions
ADMINISTRATOR, MANAGE_CHANNELS, READ_HISTORY, SEND, OPEN_THREADS, SEND_IN_THREADS = (
    1 << 3,
    1 << 4,
    1 << 16,
    1 << 11,
    1 << 35,
    1 << 38,
)
EVERYBODY = 274877991936 | OPEN_THREADS  # see, send, attach, read the history, threads
REFUSALS = {50001: "Missing Access", 50013: "Missing Permissions"}


@dataclass
class Places:
    """`emit` is told each gateway event; `clock` counts seconds."""

    application_id: str = "100000000000000001"
    clock: Callable[[], float] = time.monotonic
    emit: Callable[[str, Json], None] = lambda _event, _data: None
    guilds: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    left: dict[str, tuple[Json, dict[str, Json]]] = field(
        default_factory=dict
    )  # servers that the bot was thrown out of
    denied: dict[str, int] = field(default_factory=dict)  # channel id: 50001 or 50013
    messages: dict[str, Json] = field(default_factory=dict)  # in their order, whichever channel
    readers: dict[str, str] = field(default_factory=dict)  # ephemeral message: its only reader
    nonces: dict[str, tuple[float, str]] = field(default_factory=dict)  # when it was said, in which message
    accepted: list[tuple[str, str, float]] = field(default_factory=list)  # channel, message, when
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

    def add_guild(
        self,
        name: str,
        channels: list[str],
        *,
        silent: Sequence[str] = (),
        system: str = "",
        locale: str = "zh-CN",
        features: Sequence[str] = (),
    ) -> list[str]:
        """The bot joins a server; the ids of its channels.

        In the `silent` ones nobody may write, in `system` newcomers are greeted.
        """
        guild_id = self.new_id()
        role = {"id": guild_id, "name": "@everyone", "permissions": str(EVERYBODY), "position": 0, "color": 0}
        role |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
        guild: Json = {"id": guild_id, "name": name, "owner_id": "1", "roles": [role], "features": list(features)}
        self.guilds[guild_id] = guild | {"preferred_locale": locale}
        made = [self._channel(guild_id, channel, position) for position, channel in enumerate(channels)]
        for channel in made:
            if channel["name"] in silent:
                self._take_rights(channel, SEND)
            if channel["name"] == system:
                self.guilds[guild_id]["system_channel_id"] = channel["id"]
        self.emit("GUILD_CREATE", self.guild(guild_id))
        return [str(channel["id"]) for channel in made]

    def add_channel(self, guild_id: str, name: str, *, thread_of: str = "") -> str:
        channel = self._channel(guild_id, name, 0, thread_of=thread_of)
        self.emit("THREAD_CREATE" if thread_of else "CHANNEL_CREATE", channel)
        return str(channel["id"])

    def _channel(self, guild_id: str, name: str, position: int, *, thread_of: str = "", channel_id: str = "") -> Json:
        channel: Json = {"id": channel_id or self.new_id(), "type": TEXT, "name": name, "guild_id": guild_id}
        channel |= {"permission_overwrites": [], "nsfw": False, "topic": None, "parent_id": thread_of or None}
        channel |= {"position": position}
        if thread_of:
            metadata = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": JOINED, "locked": False}
            channel |= {"type": THREAD, "owner_id": "7", "message_count": 0, "member_count": 1}
            channel |= {"thread_metadata": metadata}
        self.channels[str(channel["id"])] = channel
        return channel

    def forbid(self, channel_id: str, rights: int) -> None:
        """Take rights from everybody in the channel, as its managers can."""
        self._take_rights(self.channels[channel_id], rights)
        self.emit("CHANNEL_UPDATE", self.channels[channel_id])

    def _take_rights(self, channel: Json, rights: int) -> None:
        refused = {"id": channel["guild_id"], "type": 0, "allow": "0", "deny": str(rights)}
        channel["permission_overwrites"] = [refused]

    def allows(self, channel: Json, right: int) -> bool:
        """Has the bot this right there? A thread has the rights of its channel."""
        place = self.channels.get(channel["parent_id"], channel) if channel.get("parent_id") else channel
        return not any(int(each["deny"]) & right for each in place.get("permission_overwrites") or ())

    def add_dm(self, user_id: str) -> str:
        channel_id = self.new_id()
        self.channels[channel_id] = {"id": channel_id, "type": DM, "recipients": [self.user(user_id)]}
        return channel_id

    def guild(self, guild_id: str) -> Json:
        """The server as GUILD_CREATE shows it when the bot joins."""
        inside = [channel for channel in self.channels.values() if channel.get("guild_id") == guild_id]
        member = {"user": self.bot, "roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}
        empty: Json = {key: [] for key in ("emojis", "stickers", "presences", "voice_states")}
        empty |= {key: [] for key in ("stage_instances", "guild_scheduled_events", "soundboard_sounds")}
        zero = dict.fromkeys(("verification_level", "default_message_notifications", "mfa_level", "nsfw_level"), 0)
        zero |= dict.fromkeys(("explicit_content_filter", "afk_timeout", "system_channel_flags", "premium_tier"), 0)
        return (
            empty
            | zero
            | self.guilds[guild_id]
            | {"channels": [channel for channel in inside if channel["type"] != THREAD]}
            | {"threads": [channel for channel in inside if channel["type"] == THREAD], "members": [member]}
            | {"member_count": 1, "large": False, "joined_at": JOINED}
        )

    def remove_channel(self, channel_id: str) -> None:
        channel = self.channels.pop(channel_id)
        self.emit("THREAD_DELETE" if channel["type"] == THREAD else "CHANNEL_DELETE", channel)

    def kick(self, guild_id: str) -> None:
        inside = {key: value for key, value in self.channels.items() if value.get("guild_id") == guild_id}
        self.left[guild_id] = self.guilds.pop(guild_id), inside
        self.channels = {key: value for key, value in self.channels.items() if key not in inside}
        self.emit("GUILD_DELETE", {"id": guild_id})

    def rejoin(self, guild_id: str) -> None:
        """The bot is invited again."""
        self.guilds[guild_id], inside = self.left.pop(guild_id)
        self.channels |= inside
        self.emit("GUILD_CREATE", self.guild(guild_id))

    def open_channel(self, channel_id: str, *, to_write: bool = False) -> Json:
        """The channel, if the bot may see it and, where asked, write there; ApiError as Discord words it."""
        if channel_id not in self.channels:
            raise ApiError(404, 10003, "Unknown Channel")
        channel = self.channels[channel_id]
        code = self.denied.get(channel_id)
        if to_write and not self.allows(channel, SEND_IN_THREADS if channel["type"] == THREAD else SEND):
            code = 50013
        if code:
            raise ApiError(403, code, REFUSALS[code])
        return channel

    def open_thread(self, channel_id: str, message_id: str, body: Json) -> Json:
        """A thread from a message; it has the message's id."""
        channel = self.open_channel(channel_id)
        if channel["type"] != TEXT:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        if not self.allows(channel, OPEN_THREADS):
            raise ApiError(403, 50013, REFUSALS[50013])
        check_thread(body)
        message = self.messages.get(message_id)
        if message is None or message["channel_id"] != channel_id:
            raise ApiError(404, 10008, "Unknown Message")
        if message["flags"] & HAS_THREAD:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        thread = self._channel(channel["guild_id"], body["name"], 0, thread_of=channel_id, channel_id=message_id)
        thread["thread_metadata"]["auto_archive_duration"] = body.get("auto_archive_duration") or 1440
        message |= {"flags": message["flags"] | HAS_THREAD, "thread": thread}
        self.emit("THREAD_CREATE", thread | {"newly_created": True})
        return thread

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
        self.accepted.append((channel_id, message["id"], self.now_s()))
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

    def history(self, channel_id: str, after: str, limit: int) -> list[Json]:
        """The channel's messages after one, the newest first; none without the right to read them."""
        channel = self.open_channel(channel_id)
        if not self.allows(channel, READ_HISTORY):
            return []
        found = [
            message
            for message in self.messages.values()
            if message["channel_id"] == channel_id and int(message["id"]) > int(after)
        ]
        return found[:limit][::-1]

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
