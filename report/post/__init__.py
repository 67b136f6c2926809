"""Reports as Jekyll posts: `export` writes one, `read` reads one, its own or anybody's.

Always holds: `read(export(report)).report == normal_form(report)`, and exporting what was read gives the same bytes.
"""

from report.post.english import export_english
from report.post.outline import normal_form
from report.post.reading import ReadPost, read
from report.post.writing import export

__all__ = ["ReadPost", "export", "export_english", "normal_form", "read"]
