"""The pages of /settings: the overview with every value, and a page for each setting with its choices.

In: a Shown. Out: Messages. Always holds: every button is a command that could be typed, and fits 64 bytes; without the
right to change there are no buttons, but every value is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.actions import fits
from handlers.base import Button, Message, Rows, in_rows
from handlers.hours.timezones import offset_of, place_name
from handlers.settings.choices import choices_of, coming_line, explained, prompt_of
from handlers.settings.names import OF_THE_CHAT, Setting, Shown, called, settings_of, typed_name, value_of
from handlers.settings.reading import BadValue
from handlers.subscribing.sentences import daily
from handlers.words import Words
from report.doc import Block, Heading, Note, Paragraph, Span, doc, text

TYPED: tuple[Setting, ...] = ("hours", "timezone", "quiet", "weekdays", "highlight", "mute")
ROOM = {"discord": 5}  # rows that a message has there
LAST_ROW = 4  # buttons under the settings


def overview(shown: Shown, others: Sequence[tuple[str, str]], *, buttons: bool, more: bool = False) -> Message:
    """Every setting with its value: on its button, written out above where a button has no room for it or may not be.

    `others` are names and titles of the chat's other subscriptions. `more`: there are topics that it does not get.
    """
    words = shown.words
    blocks: list[Block] = [Heading((Span(_title(shown)),), 1)]
    if shown.subscription and shown.topic is None:
        return _stopped(shown, others, buttons=buttons)
    told = [name for name in settings_of(shown) if not buttons or value_of(name, shown) != _short(name, shown)]
    blocks += [_line(called(name, words), value_of(name, shown), words) for name in told]
    blocks += [(Note if told else Paragraph)(text(line)) for line in coming_line(shown)]
    if not buttons:
        return Message(doc(blocks))
    each = [
        Button(
            words.say("{name}：{value}", name=called(name, words), value=_short(name, shown)), action(shown.name, name)
        )
        for name in settings_of(shown)
    ]
    rows = in_rows(each, 3 if shown.platform in ROOM else 2)
    return Message(doc(blocks), (*rows, *_last_row(shown, others, more=more)))


def _stopped(shown: Shown, others: Sequence[tuple[str, str]], *, buttons: bool) -> Message:
    """A subscription to a topic that the configuration has no more."""
    said = shown.words.say("话题已停：「{topic}」不再写新的报告。留着也不会再收到什么。", topic=shown.name)
    title = Heading((Span(_title(shown)),), 1)
    return Message(doc(title, Paragraph(text(said))), _last_row(shown, others) if buttons else ())


def _last_row(shown: Shown, others: Sequence[tuple[str, str]], *, more: bool = False) -> Rows:
    row = [Button(shown.words.say("退订"), f"c:unsubscribe {shown.name}")] if shown.subscription else []
    row += [Button(shown.words.say("{topic} ›", topic=title), action(name)) for name, title in others]
    row += [Button(shown.words.say("话题"), "c:topics")] if more and shown.subscription else []
    row += [back_to_brief(shown)] if shown.topic and shown.subscription and len(row) < LAST_ROW else []
    return in_rows(row, LAST_ROW)


def back_to_brief(shown: Shown) -> Button:
    """In a private chat the settings took the place of the brief under which they were opened."""
    return Button(shown.words.say("‹ 简报"), " ".join(filter(None, ("c:brief", shown.name))))


def choose(
    shown: Shown, held: Sequence[tuple[str, str]], name: Setting | None, value: str, *, buttons: bool
) -> Message:
    """Several subscriptions: which one is meant? What hold for all of them stands below."""
    words = shown.words
    title = Heading((Span(words.say("设置")),), 1)
    if name:
        said = words.say("这里订了 {number} 份，改哪一份的「{name}」？", number=len(held), name=called(name, words))
    else:
        said = words.say("这里订了 {number} 份，看哪一份的设置？", number=len(held))
    blocks: list[Block] = [title, Paragraph(text(said))]
    row = [Button(title, action(topic, name or "", value)) for topic, title in held]
    if name:
        return Message(doc(blocks), in_rows(row, 3))
    blocks += [_line(called(each, words), value_of(each, shown), words) for each in OF_THE_CHAT]
    common = [Button(called(each, words), action("", each)) for each in OF_THE_CHAT]
    return Message(doc(blocks), (*in_rows(row, 3), *(in_rows(common, 3) if buttons else ())))


def page(shown: Shown, name: Setting, *, buttons: bool) -> Message:
    """One setting: its value, what it does, its choices, and the way back."""
    words = shown.words
    title = called(name, words)
    if shown.topic and name not in OF_THE_CHAT:
        title = words.say("{name} · {topic}", name=title, topic=daily(shown.topic, words))
    now = words.say("现在：{value}", value=value_of(name, shown))
    blocks: list[Block] = [Heading((Span(title),), 1), Paragraph((Span(now, bold=True),))]
    blocks += [Paragraph(text(line)) for line in explained(name, shown)]
    if not buttons:
        return Message(doc(blocks))
    choices = choices_of(name, shown)
    rows = [
        tuple(
            Button(f"✓ {choice.label}" if choice.chosen else choice.label, action(shown.name, name, choice.value))
            for choice in row
        )
        for row in choices
    ]
    typing = words.say("加词") if name in {"highlight", "mute"} else words.say("自己填")
    last = [Button(typing, action(shown.name, name, "?"))] if name in TYPED else []
    last.append(Button(words.say("‹ 返回"), action(shown.name)))
    return Message(doc(blocks), (*rows, tuple(last)))


def ask(shown: Shown, name: Setting) -> Message:
    """The question behind 自己填; what is said next is the value."""
    command = " ".join(filter(None, ("settings", "" if name in OF_THE_CHAT else shown.name, name)))
    return Message(doc(Paragraph(text(prompt_of(name, shown.words)))), prompt=command)


def complain(shown: Shown, name: Setting, error: BadValue) -> Message:
    """What is wrong, an example that works, and what may have been meant."""
    words = shown.words
    blocks: list[Block] = [Paragraph(text(error.said))]
    if error.example:
        topic = "" if name in OF_THE_CHAT else shown.name
        typed = " ".join(filter(None, ("/settings", topic, typed_name(name, words), error.example)))
        blocks.append(Paragraph((Span(words.say("例如 ")), Span(typed, code=True))))
    meant = [Button(_zone_label(zone, shown), action(shown.name, name, zone)) for zone in error.zones]
    back = Button(words.say("‹ 返回"), action(shown.name, name))
    return Message(doc(blocks), (*in_rows(meant, 2), (back,)))


def _zone_label(zone: str, shown: Shown) -> str:
    """东京 UTC+9; of a zone that is called after its offset only that."""
    place = place_name(zone, shown.words)
    return place if place.startswith("UTC") else f"{place} {offset_of(zone, shown.now)}"


def explain_typing(shown: Shown) -> Note:
    """For a channel, where buttons would change the presser's private chat."""
    words = shown.words
    if shown.subscription is None:
        said = words.say("管理员在这里发 /subscribe，日报就每天送到这里；发 /brief 先看一份。")
        return Note(text(said))
    typed = f"/settings {shown.name} {typed_name('hours', words)} 08:00"
    return Note((Span(words.say("例如 ")), Span(typed, code=True)))


def action(topic: str, *words: str) -> str:
    """The command behind a button, in 64 bytes.

    Where there is no room, the topic of a chat's own setting goes, then the value: the button leads to the page.
    """
    shorter = [("c:settings", topic, *words), ("c:settings", topic, *words[:1])]
    if words and words[0] in OF_THE_CHAT:
        shorter.insert(1, ("c:settings", *words))
    said = (" ".join(filter(None, parts)) for parts in shorter)
    return next(filter(fits, said))


def _title(shown: Shown) -> str:
    if shown.subscription is None:
        return shown.words.say("设置")
    topic = daily(shown.topic, shown.words) if shown.topic else shown.name
    return shown.words.say("设置 · {topic}", topic=topic)


def _short(name: Setting, shown: Shown) -> str:
    """The value as a button has room for it."""
    return value_of(name, shown, short=True)


def _line(name: str, value: str, words: Words) -> Paragraph:
    return Paragraph((Span(name, bold=True), Span(words.say("　")), *text(value)))
