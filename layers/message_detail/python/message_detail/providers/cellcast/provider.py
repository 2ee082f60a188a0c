"""The declaration of Cellcast. Vendor page: "Get Message Detail", https://developer.cellcast.com."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from message_detail.providers.base.account import Account
from message_detail.providers.base.error_status import ABSENT, by_status
from message_detail.providers.base.error_texts import meaning, odd_meanings
from message_detail.providers.base.provider import (
    Authentication,
    Document,
    Provider,
    Request,
    Response,
    Steps,
    bearer,
    url_path,
)
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.providers.cellcast.mapping import FIELDS, normalize

RESERVED_IDS: Final = frozenset({"quick-api-credit-usage"})
"""Another endpoint on the same prefix."""
_REFUSED: Final = "Cellcast refuses the token: it is wrong or has expired; put a new one in the account"
REFUSALS: Final = {401: _REFUSED, 403: _REFUSED}
SAYINGS: Final = odd_meanings(
    "Cellcast", "https://developer.cellcast.com: an envelope of `status: false` in a 200; a live client's CastError"
)
"""What Cellcast's texts say in a status that means something else."""


def retrieve(_account: Account, message_id: str) -> Steps:
    """One call: GET /api/v2/report/message/{messageId}."""
    answer = yield Request(
        path=url_path("api", "v2", "report", "message", message_id), headers={"Content-Type": "application/json"}
    )
    return build_document(answer)


def build_document(answer: Response) -> Document:
    """The `data` object, with the rest of the envelope beside it."""
    body = answer.object()
    data = _data(body)
    if not data.get("_id"):
        raise ProviderBadAnswer("the answer holds no data._id")
    return {**data, "_envelope": {key: value for key, value in body.items() if key != "data"}}


def classify(answer: Response) -> ProviderError | None:
    """What an answer means, by status and body: Cellcast dresses failures as 200 and as server errors.

    A success without an id passes here; reading it finds out (`build_document`).
    """
    body = answer.object()
    succeeded = answer.status < 300 and not _says_no(body)
    if succeeded and body.get("data"):
        return None
    texts = " ".join(_texts(body)).casefold()
    if "over_limit" in texts:
        return RateLimited("Cellcast throttles this account")
    if answer.status in (429, *REFUSALS, *ABSENT):
        return by_status("Cellcast", answer.status, refusals=REFUSALS)
    if not succeeded and ("not found" in texts or _is_cast_error(body)):
        return MessageNotFound("Cellcast has no message with this id")
    if _under_maintenance(body):
        return ProviderUnavailable("Cellcast says that it is under maintenance")
    error = meaning(answer.status, answer, SAYINGS, _texts(body)) or by_status("Cellcast", answer.status)
    if error is None and not succeeded:
        return ProviderRefused(f"Cellcast refused the request with {answer.status}")
    return error


def _says_no(body: Mapping[str, Any]) -> bool:
    """Whether the envelope's `status`, a boolean, is false; live answers may lack it, which says nothing."""
    return str(body.get("status", True)).strip().casefold() in ("false", "0")


def _data(body: Mapping[str, Any]) -> Mapping[str, Any]:
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def _under_maintenance(body: Mapping[str, Any]) -> bool:
    flags = (str(body.get(flag) or 0).strip() for flag in ("maintainence", "force_update"))
    return not body.get("data") and any(flag not in ("0", "") for flag in flags)


def _is_cast_error(body: Mapping[str, Any]) -> bool:
    """A malformed id comes back as a crash of the vendor's database layer."""
    error = body.get("error")
    return isinstance(error, dict) and error.get("name") == "CastError" and error.get("path") in ("_id", None)


def _texts(body: Mapping[str, Any]) -> list[str]:
    places = [body.get("message"), body.get("error")]
    for name, key in (("data", "message"), ("error", "error"), ("error", "message")):
        inner = body.get(name)
        places.append(inner.get(key) if isinstance(inner, dict) else None)
    meta = body.get("meta")
    places.append(meta.get("status") if isinstance(meta, dict) else None)
    return [place for place in places if isinstance(place, str)]


def _static(account: Account) -> str | None:
    return account.require("token")


PROVIDER = Provider(
    name="cellcast",
    title="Cellcast",
    docs="https://developer.cellcast.com",
    schema=SCHEMA,
    authentication=Authentication(headers=bearer, static=_static),
    retrieve=retrieve,
    classify=classify,
    normalize=normalize,
    fields=FIELDS,
    absent_id="0" * 24,
    reserved_ids=RESERVED_IDS,
    reports_engagement=True,
)
