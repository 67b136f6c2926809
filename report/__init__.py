"""From posts to a report: sources, cleaning, stories, writing, checking, word cloud, Jekyll post.

Knows no chat and no platform. `report.pipeline.make_report` is the story of one day on one screen.
"""
