"""What Cellcast answers. Vendor page: "Get Message Detail", https://developer.cellcast.com (report API v2).

The document is the `data` object; the rest of the envelope is under `_envelope`.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from message_detail.providers.base.document_reader import Payload


class SmsDetail(Payload):
    """Length and cost. `deductibleCredit` and `costpersms` are amounts without a stated unit."""

    messagelength: int | None = None
    smscount: int | None = None
    deductibleCredit: str | None = None  # the vendor's name


class CellcastMessage(Payload):
    """The `data` object of the answer."""

    id: str | None = Field(default=None, alias="_id")
    status: str | None = None
    replyStop: bool | None = None
    message: str | None = None
    sender: Any = None
    receiver: Any = None
    countryCode: str | None = None
    smsDetail: SmsDetail = Field(default_factory=SmsDetail)
    creditAmount: str | None = None
    createdAt: Any = None
    updatedAt: Any = None
    send_time: Any = None
    scheduleAt: Any = None
    customerResponse: str | None = None
    customerResponseAt: Any = None
    customerResponseMedia: Any = None
    customString: str | None = None
    media: Any = None
    replyMessage: dict[str, Any] | None = None
    request_from: str | None = None
