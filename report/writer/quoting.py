"""Posts in a program's own words as little as possible: headlines, names and excerpts made of what stands in them."""

from __future__ import annotations

import re

from report.check.quotation import has_loose_mark
from report.clean import width
from report.clean.duplicates import LINK, REPOST
from report.evidence import Evidence
from report.evidence.naming import unsupported_names
from report.model import Story, Tweet
from report.names import names_in
from report.stories import substance
from report.stories.memory import has_news
from report.subjects import EVENT, OPINION, SUBJECTS
from report.wording import LIST_MARK, spaced
from report.words import cut

HEADLINE = 24  # characters, as the editing rules have it
LONG_NAME = 16  # characters; a longer name is shortened in a headline
EXCERPT = 220  # columns of a quotation
SENTENCE = re.compile(r".+?(?:[。！？!?]+|(?<!\d)\.(?=\s|$)|$)", re.DOTALL)
CLAUSE = re.compile(r"[。！？!?；;，,：:\n]")
AFTER_CHINESE_MARK = re.compile(r"(?<=[，。！？；：、…」』）]) ")
HALF_BRACKET = re.compile(r"^[^（(]*[)）]|[(（][^)）]*$|^[^『]*』|『[^』]*$")
QUOTATION_MARK = re.compile("[「」『』“”]")
# Columns that a post with so many signs of substance must have; set by reading seven quiet and busy days.
WEIGHTY = (180, 120, 80, 40, 40, 40)
WEIGHTY_SHARED = 60  # columns, where several authors tell it
MUCH = 0.7  # of the lead's substance


def lead_of(story: Story) -> Tweet:
    """The post to quote: the fullest one in Chinese if it says about as much as the story's lead, else the lead."""
    lead = story.tweets[0]
    chinese = [tweet for tweet in story.tweets if is_chinese(plain(tweet.text))]
    return next((tweet for tweet in chinese if substance(tweet) >= MUCH * substance(lead)), lead)


def told_anew(story: Story) -> str:
    """The words of the post to quote; of a story that goes on from its first sentence that no report has told."""
    said = plain(lead_of(story).text)
    sentences = SENTENCE.findall(said) if story.told else []
    first = next((at for at, words in enumerate(sentences) if has_news(words, story.told)), 0)
    return "".join(sentences[first:]).strip() if first else said


def is_weighty(story: Story) -> bool:
    """Does it say enough for a place in the core? The less it says, the more must be in it: a name, a figure, an event
    (with a figure it counts twice), an opinion; or a second author says it too. Absolute: on a quiet day few do.
    """
    said = plain(lead_of(story).text)
    event, figure = EVENT.search(said), any(map(str.isdigit, said))
    signs = sum(map(bool, (event, event and figure, figure, OPINION.search(said), names_in(said))))
    authors = {tweet.author.handle for tweet in story.tweets}
    return width(said) >= WEIGHTY[signs] or (len(authors) > 1 and width(said) >= WEIGHTY_SHARED)


def headlines(story: Story) -> list[str]:
    """Headlines for the story, best first, each at most 24 characters, at least one.

    Of a Chinese post its clauses, those that name their matter first; else what the author speaks of, by name; last the
    opening words.
    """
    said = told_anew(story)
    name = short_name(lead_of(story).author.called)
    found: list[str] = []
    if is_chinese(said):
        clauses = [clause.strip() for clause in CLAUSE.split(said)][:6]
        good = [clause for clause in clauses if 6 <= len(clause) <= HEADLINE and _chinese_characters(clause) > 3]
        whole = [clause for clause in good if not HALF_BRACKET.search(clause)]
        found += [clause for clause in whole if names_in(clause) or any(p.search(clause) for p in SUBJECTS.values())]
        found += whole
    first = next(iter(SENTENCE.findall(said)), "").strip().rstrip("。.!！")
    if not found and 10 <= len(first) <= HEADLINE and (names_in(first) or any(map(str.isdigit, first))):
        found.append(first)
    evidence = Evidence.of([lead_of(story)])  # a theme's label may name what this post does not
    for matters in _matters(said, name):
        words = spaced(name, "谈", "、".join(matters))
        found += [words] if len(words) <= HEADLINE and not unsupported_names(words, evidence) else []
    clear = filter(None, map(_cleared, (*found, _opening(name, said))))
    return list(dict.fromkeys(clear)) or [name[:HEADLINE] or lead_of(story).author.handle[:HEADLINE]]


def _cleared(words: str) -> str:
    """Without a list's mark at its start and halves of pairs of quotation marks."""
    words = LIST_MARK.sub("", words)
    return QUOTATION_MARK.sub("", words) if has_loose_mark(words) else words


def _matters(said: str, author: str) -> list[list[str]]:
    """What the words speak of, the best choice first: known subjects in Chinese, then names as they are written."""
    from report.changes.themes import known_in  # noqa: PLC0415  its package quotes posts with what is here

    subjects = known_in(said)
    names = [term for term in names_in(said) if term.split()[0].casefold() not in author.casefold()]
    names = [term for term in names if cut(term) and not known_in(term)]
    of_both = [[*subjects[:2], *names[:1]], subjects[:2], [*subjects[:1], *names[:1]], subjects[:1]] if subjects else []
    return [chosen for chosen in (*of_both, names[:3], names[:2], names[:1]) if chosen]


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
