"""The language model: asked, answered, kept as files, paid for. `client.Model` is the only way to it."""

from report.llm.client import Model

__all__ = ["Model"]
