"""The files of a folder of web pages, read once: what a browser gets of each, and which load which.

A file's address holds a hash of the whole folder, so that it may be kept forever and a page never meets the files of
another release.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from message_detail.entrypoints import compression

_BEST: Final = 9
"""The highest level of gzip."""
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The content type of each kind of file; what else stands in the folder is not served."""
PAGE: Final = "index.html"
_IMPORTS: Final = re.compile(
    r"""(?:^|[;}])[ \t]*(?:import|export)\b[^"';]*?\bfrom\s*["'](\.[^"']+)["']""", re.MULTILINE
)


@dataclass(frozen=True)
class WebFile:
    """A file as it is answered."""

    text: str
    content_type: str

    @cached_property
    def compressed(self) -> str:
        """The text compressed as well as can be: it is made once."""
        return compression.packed(self.text, _BEST)

    def answer(self, headers: Mapping[str, str], accepted: str) -> dict[str, Any]:
        """The answer of a function: compressed where the `Accept-Encoding` of the request lets it be."""
        packed = compression.is_accepted(accepted)
        own = {"content-type": self.content_type, **headers}
        return {
            "statusCode": 200,
            "headers": {**own, "content-encoding": compression.GZIP} if packed else own,
            "body": self.compressed if packed else self.text,
            "isBase64Encoded": packed,
        }


@dataclass(frozen=True)
class WebFolder:
    """All files of a page, by their path in its folder, and the hash of them all."""

    files: Mapping[str, WebFile]
    version: str

    @classmethod
    def read(cls, folder: Path) -> WebFolder:
        """The folder, as it is now; a folder in it that has a page of its own is that page's."""
        texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in _own(folder)}
        digest = hashlib.sha256("".join(f"{name}\0{text}\0" for name, text in texts.items()).encode())
        files = {name: WebFile(text, TYPES[posixpath.splitext(name)[1]]) for name, text in texts.items()}
        return cls(files, digest.hexdigest()[:16])

    def loaded_by(self, script: str) -> list[str]:
        """The scripts that one loads, itself first, each once."""
        found, waiting = [script], [script]
        while waiting:
            name = waiting.pop()
            for address in _IMPORTS.findall(self.files[name].text):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
                if path not in found:
                    found.append(path)
                    waiting.append(path)
        return found


def _own(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not (path / PAGE).exists():
            yield from _own(path)
        elif path.suffix in TYPES:
            yield path
