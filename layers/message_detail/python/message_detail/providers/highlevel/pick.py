"""One value out of several places that tell the same."""

from __future__ import annotations

from message_detail.providers.base.document_reader import DocumentReader


def first(reader: DocumentReader, *candidates: tuple[str, str | None]) -> str | None:
    """The first value there is, of paths and values; others that differ from it are kept where they were."""
    chosen = next((value for _, value in candidates if value is not None), None)
    for path, value in candidates:
        if value is not None and value != chosen:
            reader.keep(path)
    return chosen
