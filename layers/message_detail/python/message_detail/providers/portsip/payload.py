"""What PortSIP PBX answers. Vendor page: PortSIP PBX REST API, "External Message".

Every field is optional, blank ones come as null. `did` is our own number, `receiver` one
or several; they come as text, JSON, lists and objects. `reason` may be an
object, as Meta's errors are.
"""

from __future__ import annotations

from typing import Any

from message_detail.providers.base.document_reader import Payload


class PortSipMessage(Payload):
    """The answer; there is no envelope. `config_id` and the channel's name and number are kept unread."""

    id: str | None = None
    sender: Any = None
    sender_name: str | None = None
    receiver: Any = None
    receiver_name: str | None = None
    brand: str | None = None
    did: Any = None
    msg_type: str | None = None
    direction: str | None = None
    content: str | None = None
    reason: str | dict[str, Any] | list[Any] | None = None
    delivery: str | None = None
    provider_msg_id: str | None = None
    created_at: Any = None
