"""Documents of which a tool writes the part between two marks."""

from __future__ import annotations


def replaced(document: str, begin: str, end: str, text: str) -> str:
    """The document with this text between its marks, which stay."""
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{text}\n{end}{after}"


def row(*cells: str) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"
