"""The pages: the web console, which does what the API lets it do, and the API's reference. Light: neither boto3 nor
pydantic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from message_detail.entrypoints.http import Handler, HttpRequest, Response, endpoint, respond
from message_detail.entrypoints.web_site import WebSite

CONSOLE: Final = "/console"
REFERENCE: Final = "/v1/docs"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Also of frames that a page fills by itself (`srcdoc`), which inherit it."""
#: The one policy that may make HTML of text is the frame's that shows a message's own (web/parts/mail_frame.js).
TYPED: Final = "; require-trusted-types-for 'script'; trusted-types message-content"
#: Folders between the console's address and a screen's: an id in a path may hold slashes that were escaped there.
_DEEPEST: Final = {"messages": 2}


def console_handler(*, beside: str) -> Handler:
    """What AWS calls for the pages; the web files stand beside the function's own."""
    return endpoint(_Pages(Path(beside).parent / "web").route, scope=None)


class _Pages:
    def __init__(self, folder: Path) -> None:
        self._console = WebSite(folder, POLICY + TYPED)
        # It makes HTML of the document, which is ours.
        self._reference = WebSite(folder / "reference", POLICY, "reference.js")
        for file in self._console.content.files.values():
            file.compressed  # noqa: B018  # made with the container, as the page is what it mostly is asked for

    def route(self, request: HttpRequest) -> Response:
        """The page of any screen, the reference's, or a file that a page loads."""
        _, found, path = request.path.partition(f"{CONSOLE}/")
        if found:
            return self._console.file(path, request) or self._console.page(_up(path), request)
        _, found, path = request.path.partition(REFERENCE)
        if found:
            return self._reference.file(path, request) or self._reference.page("docs/", request)
        return respond(308, "", {"location": f"{CONSOLE.strip('/')}/", "cache-control": "no-store"})


def _up(path: str) -> str:
    """What leads from a screen's address to the console's."""
    return "../" * min(path.count("/"), _DEEPEST.get(path.partition("/")[0], 1), 2)
