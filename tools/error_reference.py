"""Write into docs/errors.md what each error class means, as domain/errors.py declares it.

Usage: python -m tools.error_reference
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Final

from message_detail.domain.errors import MessageDetailError, Redelivery
from tools.marked import MarkedPart, head, row

PART: Final = MarkedPart("errors.md", "errors", "tools.error_reference")
TASK: Final = {
    Redelivery.DROP: "dropped",
    Redelivery.LATER: "put off",
    Redelivery.RETRY: "tried again, then dead",
    Redelivery.DEAD: "dead",
}


def reference() -> str:
    """The table, one row for each error that is raised and has a code and a status of its own."""
    headings = head("code", "status", "title", "class", "its task", "meaning")
    return "\n".join([headings, *map(_row, raised(MessageDetailError))]) + "\n"


def raised(base: type[MessageDetailError]) -> Iterator[type[MessageDetailError]]:
    """The package's classes below one, in the order of the source. Those that only hold others together are left out,
    and those that tell the code and the status of something else."""
    for error in (one for one in base.__subclasses__() if one.__module__ == MessageDetailError.__module__):
        if ("code" in vars(error) or not error.__subclasses__()) and "status" not in vars(error):
            yield error
        yield from raised(error)


def _row(error: type[MessageDetailError]) -> str:
    meaning = " ".join(inspect.cleandoc(error.__doc__ or "").split())
    code, name = f"`{error.code}`", f"`{error.__name__}`"
    return row(code, str(error.http_status), error.title, name, TASK[error.redelivery], meaning)


if __name__ == "__main__":
    PART.write(reference())
