"""Export: the pages of a search as files for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from message_detail.bootstrap import Services
from message_detail.domain import json_codec
from message_detail.domain.message_csv import to_csv
from message_detail.domain.scopes import READ
from message_detail.entrypoints.answer_model import PRIVATE
from message_detail.entrypoints.http import HttpRequest, Response, require, respond
from message_detail.entrypoints.viewer import Viewer
from message_detail.services.search_query import NDJSON, ExportParameters, query_of

PATH: Final = "/v1/export"
TYPES: Final = {NDJSON: "application/x-ndjson", "csv": "text/csv; charset=utf-8; header=present"}


def show(services: Services, request: HttpRequest) -> Response:
    """A page of messages, whole, or as the columns of a table; the header `Link` leads to the next one."""
    require(request, READ)
    viewer, asked = Viewer.of(request), ExportParameters.read(request.query)
    found = services.search.find(query_of(asked, services.regions, viewer.reach))
    messages = viewer.messages(found.items)
    viewer.audit([message.id for message in messages])
    if asked.format == NDJSON:
        body = "".join(f"{json_codec.dumps(message.as_json())}\n" for message in messages)
    else:
        body = to_csv(messages)
    headers = {**PRIVATE, "content-type": TYPES[asked.format], **_link(request.query, found.next_cursor)}
    return respond(200, body, headers)


def _link(query: Mapping[str, str], cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page (RFC 8288); none behind the last one."""
    if cursor is None:
        return {}
    following = urlencode({**query, "cursor": cursor}, quote_via=quote)
    return {"link": f'<{PATH}?{following}>; rel="next"'}
