"""Posts in a program's own words as little as possible: headlines, names and excerpts made of what stands in them."""

from __future__ import annotations

import re

from report.clean import width
from report.duplicates import LINK, REPOST
from report.model import Story, Tweet
from report.names import names_in
from report.quotation import has_loose_mark
from report.stories import substance
from report.subjects import SUBJECTS
from report.wording import LIST_MARK, spaced

HEADLINE = 24  # characters, as the editing rules have it
LONG_NAME = 16  # characters; a longer name is shortened in a headline
EXCERPT = 220  # columns of a quotation
SENTENCE = re.compile(r".+?(?:[。！？!?]+|(?<!\d)\.(?=\s|$)|$)", re.DOTALL)
CLAUSE = re.compile(r"[。！？!?；;，,：:\n]")
AFTER_CHINESE_MARK = re.compile(r"(?<=[，。！？；：、…」』）]) ")
HALF_BRACKET = re.compile(r"^[^（(]*[)）]|[(（][^)）]*$|^[^『]*』|『[^』]*$")
QUOTATION_MARK = re.compile("[「」『』“”]")
MUCH = 0.7  # of the lead's substance


def lead_of(story: Story) -> Tweet:
    """The post to quote: the fullest one in Chinese if it says about as much as the story's lead, else the lead."""
    lead = story.tweets[0]
    chinese = [tweet for tweet in story.tweets if is_chinese(plain(tweet.text))]
    return next((tweet for tweet in chinese if substance(tweet) >= MUCH * substance(lead)), lead)


def headlines(story: Story) -> list[str]:
    """Headlines for the story, best first, each at most 24 characters, at least one.

    Of a Chinese post its clauses, those that name their matter first; else what the author speaks of, by name; last the
    opening words.
    """
    lead = lead_of(story)
    said = plain(lead.text)
    name = short_name(lead.author.called)
    found: list[str] = []
    if is_chinese(said):
        clauses = [clause.strip() for clause in CLAUSE.split(said)][:6]
        good = [clause for clause in clauses if 6 <= len(clause) <= HEADLINE and _chinese_characters(clause) > 3]
        whole = [clause for clause in good if not HALF_BRACKET.search(clause)]
        found += [clause for clause in whole if names_in(clause) or any(p.search(clause) for p in SUBJECTS.values())]
        found += whole
    first = next(iter(SENTENCE.findall(said)), "").strip().rstrip("。.!！")
    opening = "" if found else first if 10 <= len(first) <= HEADLINE else _opening("", said)
    if opening and (names_in(opening) or any(map(str.isdigit, opening)) or opening.startswith(name.split(" ")[0])):
        found.append(opening)
    terms = [term for term in names_in(said) if term.split()[0].casefold() not in name.casefold()]
    for chosen in (terms[:3], terms[:2], terms[:1], terms[1:3]):
        words = spaced(name, "谈 " + "、".join(chosen))
        found += [words] if chosen and len(words) <= HEADLINE else []
    clear = filter(None, map(_cleared, (*found, _opening(name, said))))
    return list(dict.fromkeys(clear)) or [name[:HEADLINE] or lead.author.handle[:HEADLINE]]


def _cleared(words: str) -> str:
    """Without a list's mark at its start and halves of pairs of quotation marks."""
    words = LIST_MARK.sub("", words)
    return QUOTATION_MARK.sub("", words) if has_loose_mark(words) else words


def _opening(name: str, said: str) -> str:
    """The first words, after the name if there is one, cut between words where the text has spaces."""
    head = f"{name}：" if name else ""
    room = HEADLINE - len(head)
    cut = said[: room - 1]
    words = said if len(said) <= room else (cut.rpartition(" ")[0] or cut).rstrip(",，:：;") + "…"
    return (head + words)[:HEADLINE]


def short_name(name: str) -> str:
    """A name that leaves room in a headline: the part before a bracket or a bar, without emoji."""
    name = re.split(r"[(（|｜@/,，]", name)[0]
    name = "".join(c for c in name if c.isalnum() or c in " .-_'·").strip()
    if len(name) <= LONG_NAME or " " not in name:
        return name[:LONG_NAME]
    words = name.split()
    return words[-1][:LONG_NAME] if all(word[0].isupper() for word in words) else " ".join(words[:2])[:LONG_NAME]


def excerpt(text: str, columns: int = EXCERPT) -> str:
    """Whole sentences from the start, up to that many columns; where they fill less than half, the next is cut."""
    said = plain(text)
    taken = ""
    for sentence in SENTENCE.findall(said):
        if width(taken + sentence) > columns:
            break
        taken += sentence
    if width(taken) * 2 >= columns or len(taken.strip()) >= len(said):
        return taken.strip()
    cut, used = 0, 0
    for character in said:
        used += width(character)
        if used > columns:
            break
        cut += 1
    head = said[:cut]
    if cut < len(said) and said[cut - 1].isascii() and said[cut].isascii() and " " in head[len(taken) :]:
        head = head.rpartition(" ")[0]
    return head.rstrip(" ,，、…") + "……"


def plain(text: str) -> str:
    """The words of a post on one line, without repost mark and links; inner 「」 become 『』."""
    said = LINK.sub(" ", REPOST.sub("", text)).replace("「", "『").replace("」", "』")
    return AFTER_CHINESE_MARK.sub("", " ".join(said.split()))


def is_chinese(text: str) -> bool:
    return _chinese_characters(text) * 2 > len(text.replace(" ", ""))


def _chinese_characters(text: str) -> int:
    return sum("\u3400" <= character <= "\u9fff" for character in text)
