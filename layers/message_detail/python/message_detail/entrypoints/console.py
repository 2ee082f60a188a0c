"""The web console: a static page, which does what the API lets it do. Light: neither boto3 nor pydantic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from message_detail.domain.errors import NoSuchRoute
from message_detail.entrypoints.http import Handler, HttpRequest, Response, endpoint, respond
from message_detail.entrypoints.http_headers import ON_EVERY_ANSWER
from message_detail.entrypoints.web_files import WebFile, WebFolder

ROOT: Final = "/console"
FILES: Final = "_"
"""The folder below the console's address in which its files stand, in one of the folder's version."""
HEADERS: Final = {
    **ON_EVERY_ANSWER,
    # `srcdoc` frames inherit it. One policy of Trusted Types: of what shows a message's HTML (web/parts/mail_frame.js).
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types message-content"
    ),
    "cross-origin-opener-policy": "same-origin",
}
#: Folders between the console's address and a screen's: an id in a path may hold slashes that were escaped there.
_DEEPEST: Final = {"messages": 2}


def console_handler(*, beside: str) -> Handler:
    """What AWS calls for everything below the console's address; the web files stand beside the function's own."""
    return endpoint(_Console(WebFolder.read(Path(beside).parent / "web")).route, scope=None)


class _Console:
    def __init__(self, folder: WebFolder) -> None:
        self._folder = folder
        self._mark = f"/{FILES}/{folder.version}/"
        self._pages = {depth: self._page(depth) for depth in range(3)}

    def route(self, request: HttpRequest) -> Response:
        """The page of any screen, or a file that the page loads."""
        _, found, path = request.path.partition(f"{ROOT}/")
        if not found:
            return respond(308, "", {"location": f"{ROOT.strip('/')}/", "cache-control": "no-store"})
        # At any depth: an id typed with slashes makes its page count one folder less than the browser does.
        _, is_file, name = f"/{path}".rpartition(self._mark)
        if is_file:
            return self._file(name, request)
        if f"/{FILES}/" in f"/{path}" and path.endswith((".js", ".css", ".svg")):
            raise NoSuchRoute()  # of another release: its page is to be loaded again, never mixed with this one
        return self._screen(path, request)

    def _file(self, name: str, request: HttpRequest) -> Response:
        file = self._folder.files.get(name)
        if file is None:
            raise NoSuchRoute()
        headers = {**HEADERS, "cache-control": "public, max-age=31536000, immutable"}
        return file.answer(headers, request.headers.get("accept-encoding", ""))

    def _screen(self, path: str, request: HttpRequest) -> Response:
        depth = min(path.count("/"), _DEEPEST.get(path.partition("/")[0], 1), 2)
        tag = f'"{self._folder.version}-{depth}"'
        headers = {**HEADERS, "cache-control": "no-cache", "etag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return {"statusCode": 304, "headers": headers, "body": "", "isBase64Encoded": False}
        return self._pages[depth].answer(headers, request.headers.get("accept-encoding", ""))

    def _page(self, depth: int) -> WebFile:
        """The page for an address so many folders below the console's; its own addresses are relative, so that it
        works behind any prefix."""
        base = "../" * depth + self._mark.lstrip("/")
        links = "\n".join(
            f'<link rel="modulepreload" href="{base}{name}">' for name in self._folder.loaded_by("app.js")
        )
        source = self._folder.files["index.html"]
        text = source.text.replace("<!-- modules -->", links).replace('="/', f'="{base}')
        return WebFile.of(text, source.content_type)
