"""Messages as lines of CSV (RFC 4180): fixed columns, of which docs/analytics.md has the meaning. Pure.

A cell that a spreadsheet would take for a formula begins with an apostrophe: what stands in it may be anybody's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from message_detail.domain.message import Billing, Message, Party

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet takes for a formula: OWASP, CSV Injection."""
SEPARATOR: Final = "; "
"""Between several values of one cell."""
_Cell = str | bool | int | None


def _addresses(parties: Iterable[Party | None]) -> str:
    shown = (one.address or one.address_raw or one.contact_id for one in parties if one is not None)
    return SEPARATOR.join(filter(None, shown))


def _cost(billing: Billing) -> str:
    return SEPARATOR.join(f"{line.amount} {line.unit or ''}".strip() for line in billing.lines)


COLUMNS: Final[Mapping[str, Callable[[Message], _Cell]]] = {
    "id": lambda message: message.id,
    "provider": lambda message: message.provider,
    "account": lambda message: message.account,
    "provider_message_id": lambda message: message.provider_message_id,
    "channel": lambda message: message.channel.value,
    "kind": lambda message: message.kind.value,
    "direction": lambda message: message.direction.value,
    "status": lambda message: message.status.value,
    "status_native": lambda message: message.status_native,
    "status_reason": lambda message: message.status_reason,
    "final": lambda message: message.final,
    "outcome": lambda message: message.outcome.value,
    "failure_category": lambda message: message.failure.category.value if message.failure else None,
    "failure_permanence": lambda message: message.failure.permanence.value if message.failure else None,
    "failure_code": lambda message: message.failure.native_code if message.failure else None,
    "failure_message": lambda message: message.failure.message if message.failure else None,
    "from": lambda message: _addresses((message.from_,)),
    "to": lambda message: _addresses(message.to),
    "cc": lambda message: _addresses(message.cc),
    "bcc": lambda message: _addresses(message.bcc),
    "subject": lambda message: message.subject,
    "text": lambda message: message.body.text,
    "conversation": lambda message: message.conversation.id or message.conversation.thread_id,
    "created": lambda message: message.timestamps.created,
    "scheduled": lambda message: message.timestamps.scheduled,
    "sent": lambda message: message.timestamps.sent,
    "delivered": lambda message: message.timestamps.delivered,
    "read": lambda message: message.timestamps.read,
    "failed": lambda message: message.timestamps.failed,
    "received": lambda message: message.timestamps.received,
    "segments": lambda message: message.billing.segments,
    "cost": lambda message: _cost(message.billing),
    "replied": lambda message: message.engagement.replied is not None or bool(message.replies),
    "opted_out": lambda message: message.engagement.opted_out is not None,
    "attachments": lambda message: len(message.attachments),
    "references": lambda message: SEPARATOR.join(f"{one.type}={one.value}" for one in message.references),
    "tags": lambda message: SEPARATOR.join(message.labels.tags),
    "fetched_at": lambda message: message.provenance.fetched_at,
    "mapping": lambda message: message.provenance.mapping,
}


def to_csv(messages: Iterable[Message]) -> str:
    """A head with the names of the columns, and a line for each message."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for message in messages:
        writer.writerow([cell(read(message)) for read in COLUMNS.values()])
    return lines.getvalue()


def cell(value: _Cell) -> str:
    """A value as it stands in a cell: nothing for what is unknown, and nothing that is computed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
