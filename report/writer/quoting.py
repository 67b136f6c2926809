"""What a program tells of a story: the post to quote, its lines, its headlines, and whether it weighs enough."""

from __future__ import annotations

from report.clean import width
from report.model import Story, Tweet
from report.names import names_in
from report.stories import substance
from report.stories.memory import has_news
from report.subjects import EVENT, OPINION
from report.writer.excerpts import SENTENCE, is_chinese, lines_of, plain, quotable
from report.writer.headlines import headlines_of

# Columns that a post with so many signs of substance must have; set by reading seven quiet and busy days.
WEIGHTY = (180, 120, 80, 40, 40, 40)
WEIGHTY_SHARED = 60  # columns, where several authors tell it
LEAST = 28  # columns of a quotation that says something
MUCH = 0.7  # of the lead's substance


def lead_of(story: Story) -> Tweet:
    """The post to quote: of those that say about as much as the story's lead the fullest in Chinese, else one by whom
    the lead names, else the lead.
    """
    lead = story.tweets[0]
    full = [tweet for tweet in story.tweets if substance(tweet) >= MUCH * substance(lead)]
    chinese = [tweet for tweet in full if is_chinese(plain(tweet.text))]
    named = [tweet for tweet in full if tweet.author.called in lead.text]
    return next(iter((*chinese, *named)), lead)


def told_anew(story: Story) -> list[str]:
    """The lines of the post to quote; of a story that goes on from its first sentence that no report has told."""
    lines = lines_of(lead_of(story).text)
    for at, line in enumerate(lines if story.told else ()):
        sentences = SENTENCE.findall(line)
        for number, sentence in enumerate(sentences):
            if has_news(sentence, story.told):
                return ["".join(sentences[number:]).strip(), *lines[at + 1 :]]
    return lines


def headlines(story: Story) -> list[str]:
    """Headlines for the story, best first, each at most 24 characters, at least one."""
    lines = told_anew(story)
    return headlines_of(lead_of(story), lines, quotable(lines))


def is_quotable(story: Story) -> bool:
    """Is there enough to quote? Of one endless word there is not."""
    return sum(map(width, quotable(told_anew(story)))) >= LEAST


def is_weighty(story: Story) -> bool:
    """Does it say enough for a place in the core? The less it says, the more must be in it: a name, a figure, an event
    (with a figure it counts twice), an opinion; or a second author says it too. Absolute: on a quiet day few do.
    """
    said = plain(lead_of(story).text)
    event, figure = EVENT.search(said), any(map(str.isdigit, said))
    signs = sum(map(bool, (event, event and figure, figure, OPINION.search(said), names_in(said))))
    authors = {tweet.author.handle for tweet in story.tweets}
    columns = width(said) if is_quotable(story) else 0
    return columns >= WEIGHTY[signs] or (len(authors) > 1 and columns >= WEIGHTY_SHARED)
