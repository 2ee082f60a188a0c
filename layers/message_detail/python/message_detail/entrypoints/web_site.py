"""A page and the files that it loads, at an address of the API and all that are below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from message_detail.domain.errors import NoSuchRoute
from message_detail.entrypoints.http import HttpRequest, Response
from message_detail.entrypoints.http_headers import ON_EVERY_ANSWER
from message_detail.entrypoints.web_files import PAGE, WebFile, WebFolder

FILES: Final = "_"
"""The folder below a page's address in which its files stand, in one of their version."""


@dataclass(frozen=True)
class WebSite:
    """What is served of a folder. policy: the page's Content-Security-Policy. script: what its page runs, and loads at
    once with all that this imports."""

    folder: Path
    policy: str
    script: str = "app.js"

    @cached_property
    def content(self) -> WebFolder:
        """The folder's files, read with the first that is asked for."""
        return WebFolder.read(self.folder)

    def file(self, path: str, request: HttpRequest) -> Response | None:
        """The file that a path ends in; None where it names none. NoSuchRoute for one that is not of this release:
        its page is to be loaded again, never mixed with this one."""
        # At any depth: an id typed with slashes makes its page count one folder less than the browser does.
        _, is_file, name = f"/{path}".rpartition(f"/{FILES}/{self.content.version}/")
        if not is_file and not (f"/{FILES}/" in f"/{path}" and path.endswith((".js", ".css", ".svg"))):
            return None
        file = self.content.files.get(name) if is_file else None
        if file is None:
            raise NoSuchRoute()
        headers = {**self._headers, "cache-control": "public, max-age=31536000, immutable"}
        return file.answer(headers, request.headers.get("accept-encoding", ""))

    def page(self, up: str, request: HttpRequest) -> Response:
        """The page, for an address from which `up` leads to the folder that its files are in."""
        tag = f'"{self.content.version}-{up.count("/")}"'
        headers = {**self._headers, "cache-control": "no-cache", "etag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return {"statusCode": 304, "headers": headers, "body": "", "isBase64Encoded": False}
        return self._page(up).answer(headers, request.headers.get("accept-encoding", ""))

    @property
    def _headers(self) -> Mapping[str, str]:
        return {
            **ON_EVERY_ANSWER,
            "content-security-policy": self.policy,
            "cross-origin-opener-policy": "same-origin",
        }

    def _page(self, up: str) -> WebFile:
        """Its own addresses become relative ones, so that it works behind any prefix."""
        base = f"{up}{FILES}/{self.content.version}/"
        scripts = self.content.loaded_by(self.script)
        links = "\n".join(f'<link rel="modulepreload" href="{base}{name}">' for name in scripts)
        source = self.content.files[PAGE]
        return WebFile(source.text.replace("<!-- modules -->", links).replace('="/', f'="{base}'), source.content_type)
