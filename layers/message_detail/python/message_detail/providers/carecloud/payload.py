"""What CareCloud answers. Vendor pages: https://carecloud.readme.io/reference/getmessage (`data`) and
https://carecloud.readme.io/reference/getsubmessagedetail (`_detail`).

The document is the `data` object of the message. Beside it stand `_detail` (the `data` object of the second
call) and `_channel` (the entry of the message's channel in the list of channels, where it is not a number).
Enumerations are integers that are read as text.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from message_detail.providers.base.document_reader import Payload


class Variable(Payload):
    """One template variable. `name` is seen in place of `parameter_name`; `value` is text, a number or a boolean."""

    parameter_name: str | None = None
    name: str | None = None
    value: Any = None


class Digest(Payload):
    """What stands for content given inline (see content.py). `size` in bytes; `readable`: it was base64."""

    size: int | None = None
    sha256: str | None = None
    content_type: str | None = None
    readable: bool = False


class File(Payload):
    """One attachment, as it was given when the message was made. `cache_for` in minutes."""

    upload_method: str | None = None
    file_data: str | Digest | None = None
    cache_for: int | None = None


class FileInfo(Payload):
    """What the second call tells of an attachment: `attachment_format` is a file name."""

    attachment_format: str | None = None


class Detail(Payload):
    """The answer of the second call, which alone has the text."""

    plain_text_body: str | None = None
    html_body: str | None = None
    attachments: tuple[FileInfo | None, ...] = ()


class CommunicationChannel(Payload):
    """An entry of GET /communication-channels."""

    text_id: str | None = None


class CareCloudMessage(Payload):
    """The message and what was learned with it. Times are local to the project."""

    status: str | None = None
    message_template_id: str | None = None
    customer_id: str | None = None
    contact: Any = None
    title: str | None = None
    send_time: Any = None
    opened_time: Any = None
    mail_client_user_agent: str | None = None
    mail_client_language: str | None = None
    communication_channel_id: str | None = None
    message_data: tuple[Variable | None, ...] = ()
    attachments: tuple[File | None, ...] = ()
    last_change: Any = None
    detail: Detail = Field(default=Detail(), alias="_detail")
    channel: CommunicationChannel = Field(default=CommunicationChannel(), alias="_channel")
