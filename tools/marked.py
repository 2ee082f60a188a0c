"""Documents of which a tool writes the part between two marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """A part, by its name, of a document in docs/, which the tool named here writes."""

    document: str
    name: str
    tool: str

    @property
    def file(self) -> Path:
        """Where the document is."""
        return DOCS / self.document

    def read(self) -> str:
        """The whole document, as it is."""
        return self.file.read_text(encoding="utf-8")

    def updated(self, text: str) -> str:
        """The whole document with this text between the marks, which stay."""
        begin = f"<!-- {self.name}: begin (python -m {self.tool} writes what is between the marks) -->"
        end = f"<!-- {self.name}: end -->"
        before, _, rest = self.read().partition(begin)
        _, _, after = rest.partition(end)
        return f"{before}{begin}\n\n{text}\n{end}{after}"

    def write(self, text: str) -> None:
        """Puts this text between the marks, and says in which file."""
        self.file.write_text(self.updated(text), encoding="utf-8")
        print(self.file)


def row(*cells: str) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def head(*cells: str) -> str:
    """The first two rows of a Markdown table: its headings, and the line below them."""
    return f"{row(*cells)}\n{row(*['---'] * len(cells))}"
