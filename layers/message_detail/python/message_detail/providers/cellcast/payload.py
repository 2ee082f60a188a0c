"""What Cellcast answers. Vendor page: "Get Message Detail", https://developer.cellcast.com (report API v2).

The document is the `data` object; the rest of the envelope is under `_envelope`.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from message_detail.ledger import Payload


class SmsDetail(Payload):
    """Length and cost. `deductibleCredit` and `costpersms` are amounts without a stated unit."""

    messagelength: int | None = None
    smscount: int | None = None
    deductibleCredit: str | None = None  # noqa: N815  # the vendor's name


class CellcastMessage(Payload):
    """The `data` object of the answer."""

    id: str | None = Field(default=None, alias="_id")
    status: str | None = None
    replyStop: bool | None = None  # noqa: N815
    message: str | None = None
    sender: str | None = None
    receiver: str | None = None
    smsDetail: SmsDetail = SmsDetail()  # noqa: N815
    creditAmount: str | None = None  # noqa: N815
    createdAt: str | None = None  # noqa: N815
    updatedAt: str | None = None  # noqa: N815
    send_time: str | None = None
    scheduleAt: str | None = None  # noqa: N815
    customerResponse: str | None = None  # noqa: N815
    customerResponseAt: str | None = None  # noqa: N815
    customerResponseMedia: list[Any] | None = None  # noqa: N815
    customString: str | None = None  # noqa: N815
    media: list[Any] | None = None
    replyMessage: dict[str, Any] | None = None  # noqa: N815
    request_from: str | None = None
