"""What people do in Discord's world (commands, presses, words half typed, windows filled in), and the bot's answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.counterparts.discord_limits import ApiError, Json, check_choices, check_modal
from tests.counterparts.discord_places import ADMINISTRATOR, EPHEMERAL, EVERYBODY, JOINED, LOADING, Places

ANSWER_WITHIN_S, TOKEN_LIVES_S = 3.0, 15 * 60
COMMAND, PRESS, TYPING, SUBMIT = 2, 3, 4, 5  # interactions
MESSAGE, DEFER, DEFER_EDIT, EDIT, CHOICES, MODAL = 4, 5, 6, 7, 8, 9  # first answers
RIGHTS = "default_member_permissions"


@dataclass
class Interaction:
    id: str
    token: str
    kind: int
    channel_id: str
    user_id: str
    created_s: float
    message_id: str | None = None  # the message whose button was pressed
    answered: int | None = None  # the type of the first answer
    flags: int = 0
    original: str | None = None
    choices: list[Json] | None = None  # what was offered while the user typed
    modal: Json | None = None  # the window that was opened


@dataclass
class World(Places):
    interactions: dict[str, Interaction] = field(default_factory=dict)  # by token
    commands: list[Json] = field(default_factory=list)
    rights: dict[str, int] = field(default_factory=dict)  # of users, beside what everybody may
    locales: dict[str, str] = field(default_factory=dict)  # of users' clients

    def register(self, commands: list[Json]) -> list[Json]:
        """In place of those that there are; a name keeps its id."""
        ids = {command["name"]: command["id"] for command in self.commands}
        own = {"application_id": self.application_id, "version": self.new_id()}
        self.commands = [
            command | own | {"id": ids.get(command["name"]) or self.new_id(), RIGHTS: _as_text(command.get(RIGHTS))}
            for command in commands
        ]
        return self.commands

    def described_commands(self, *, in_all_languages: bool) -> list[Json]:
        """In the readers' languages only where that is asked for."""
        return self.commands if in_all_languages else [_without_languages(command) for command in self.commands]

    def slash(self, channel_id: str, user_id: str, name: str, options: dict[str, str]) -> Interaction:
        """A user sends a registered command."""
        command = self._shown_command(channel_id, user_id, name)
        known = {option["name"]: option for option in command.get("options") or []}
        missing = [key for key, option in known.items() if option.get("required") and key not in options]
        if missing or options.keys() - known.keys():
            raise ValueError(f"/{name} has the options {sorted(known)}, given {sorted(options)}")
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        return self._interact(COMMAND, channel_id, user_id, data)

    def type(self, channel_id: str, user_id: str, name: str, option: str, typed: str, **options: str) -> Interaction:
        """A user has typed so far into an option that offers something; `options` are filled in already."""
        command = self._shown_command(channel_id, user_id, name)
        known = {told["name"] for told in command.get("options") or [] if told.get("autocomplete")}
        if option not in known:
            raise ValueError(f"/{name} offers something for {sorted(known)}")
        given: list[Json] = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        given.append({"name": option, "type": 3, "value": typed, "focused": True})
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        return self._interact(TYPING, channel_id, user_id, data)

    def _shown_command(self, channel_id: str, user_id: str, name: str) -> Json:
        """The command, if Discord shows it to the user there."""
        command = next(command for command in self.commands if command["name"] == name)
        needed = int(command.get(RIGHTS) or 0)
        rights = self.rights.get(user_id, 0)
        in_guild = "guild_id" in self.channels[channel_id]
        if in_guild and not rights & ADMINISTRATOR and rights & needed != needed:
            raise ValueError(f"/{name} is not shown to {user_id}")
        return command

    def press(self, message_id: str, user_id: str, action: str, *, forged: bool = False) -> Interaction:
        """A user presses a button that the message has (or claims that it has)."""
        message = self.messages[message_id]
        offered = [button["custom_id"] for row in message["components"] for button in row["components"]]
        if action not in offered and not forged:
            raise ValueError(f"message {message_id} offers {offered}")
        if self.readers.get(message_id, user_id) != user_id:
            raise ValueError(f"message {message_id} is only for {self.readers[message_id]}")
        data = {"custom_id": action, "component_type": 2}
        return self._interact(PRESS, message["channel_id"], user_id, data, message)

    def submit(self, interaction_id: str, words: str) -> Interaction:
        """The user fills in the window that an answer to his interaction opened."""
        asked = next(made for made in self.interactions.values() if made.id == interaction_id)
        if asked.modal is None:
            raise ValueError(f"interaction {interaction_id} has no window")
        filled = [
            {"type": 18, "id": number, "component": {"type": 4, "id": 9, "custom_id": label["component"]["custom_id"]}}
            for number, label in enumerate(asked.modal["components"], 1)
            if label["type"] == 18
        ]
        for label in filled:
            label["component"]["value"] = words  # type: ignore[index]
        data = {"custom_id": asked.modal["custom_id"], "components": filled, "resolved": {}}
        message = self.messages[asked.message_id] if asked.message_id else None
        return self._interact(SUBMIT, asked.channel_id, asked.user_id, data, message)

    def _interact(
        self, kind: int, channel_id: str, user_id: str, data: Json, message: Json | None = None
    ) -> Interaction:
        channel, user = self.channels[channel_id], self.user(user_id)
        made = Interaction(self.new_id(), f"aW50ZXJhY3Rpb24{self._count}", kind, channel_id, user_id, self.now_s())
        locale = self.locales.get(user_id, "zh-CN")
        event: Json = {"id": made.id, "application_id": self.application_id, "type": kind, "token": made.token}
        event |= {"version": 1, "data": data, "channel_id": channel_id, "channel": channel, "locale": locale}
        event |= {"entitlements": [], "authorizing_integration_owners": {"0": "0"}, "app_permissions": str(EVERYBODY)}
        event |= {"attachment_size_limit": 10485760}
        if guild_id := channel.get("guild_id"):
            rights = str(EVERYBODY | self.rights.get(user_id, 0))
            member: Json = {"user": user, "roles": [], "joined_at": JOINED, "permissions": rights}
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
        """The first answer to an interaction; the message that it made or changed, {} where there is none."""
        made = self.interactions.get(token)
        if made is None or made.id != interaction_id or self.now_s() - made.created_s > ANSWER_WITHIN_S:
            raise ApiError(404, 10062, "Unknown interaction")
        if made.answered is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        possible = {TYPING: {CHOICES}, SUBMIT: {MESSAGE, DEFER}, PRESS: {MESSAGE, DEFER, MODAL}}
        possible |= {COMMAND: {MESSAGE, DEFER, MODAL}}
        if kind not in possible[made.kind] | ({DEFER_EDIT, EDIT} if made.message_id else set()):
            raise ApiError(400, 50035, "Invalid Form Body", errors={"type": {"_errors": []}})
        made.answered, made.flags = kind, int(data.get("flags") or 0)
        if kind == CHOICES:
            check_choices(data)
            made.choices = data["choices"]
            return {}
        if kind == MODAL:
            check_modal(data)
            made.modal = data
            return {}
        return self._answer_with_message(made, kind, data, files)

    def _answer_with_message(self, made: Interaction, kind: int, data: Json, files: list[Json]) -> Json:
        if kind in {DEFER_EDIT, EDIT} and made.message_id:
            message = self.messages[made.message_id]
            if kind == EDIT:
                message = self.edit(made.message_id, data, files)
        elif kind == DEFER:
            message = self.post(made.channel_id, {"content": "…"}, [], flags=made.flags | LOADING) | {"content": ""}
            self.messages[message["id"]] = message
        else:
            message = self.post(made.channel_id, data, files)
        if made.flags & EPHEMERAL and kind in {MESSAGE, DEFER}:
            self.readers[message["id"]] = made.user_id
        made.original = message["id"]
        return message

    def follow(self, token: str) -> Interaction:
        """The interaction whose token still lives."""
        made = self.interactions.get(token)
        if made is None or made.answered is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self.now_s() - made.created_s > TOKEN_LIVES_S:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return made


def _without_languages(command: Json) -> Json:
    """Of a command or an option of one."""
    told = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    return told | {"options": [_without_languages(option) for option in command.get("options") or ()]}


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)
