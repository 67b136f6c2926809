"""`tuibao preview`: what a platform would show of a report and of answers, as one HTML page without a network.

`asking` puts the questions to the real handlers over a copy of the store, `telegram`, `discord` and `local` draw the
parts that the platform's own encoder made, `page` puts them below one another. Always holds: nothing in the data folder
is changed, also while the bot runs; no word is drawn that the encoder did not give.
"""

from bot.preview.page import Look, make_page

__all__ = ["Look", "make_page"]
