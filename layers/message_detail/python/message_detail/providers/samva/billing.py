"""What a Samva message cost. Vendor page: "Get Message", https://samva.app (`providerCost`, `cost`, `currency`)."""

from __future__ import annotations

from typing import Any, Final

from message_detail.domain.amounts import Amount, find_currency, plain_decimal, read_amount
from message_detail.domain.json_paths import split_path
from message_detail.domain.message import Billing, BillingLine
from message_detail.providers.base.address_texts import structure
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.samva.payload import SamvaMessage
from message_detail.providers.samva.structures import first_text

AMOUNT_KEYS: Final = ("amount", "value", "total")
CURRENCY_KEYS: Final = ("currency", "currencyCode", "currency_code")


def read_billing(payload: SamvaMessage, reader: DocumentReader) -> Billing:
    """The price of the carrier, whose unit is not stated, and Samva's own."""
    provider = _amount(reader, "providerCost", payload.providerCost)
    platform = _amount(reader, "cost", payload.cost)
    credit = _amount(reader, "credits_used", payload.credits_used)
    lines = (
        ("provider", provider, provider and provider.unit),
        ("platform", platform, _currency(payload, reader, platform)),
        ("platform", credit, "credit:samva"),
    )
    return Billing(
        lines=tuple(BillingLine(kind=kind, amount=found.decimal, unit=unit) for kind, found, unit in lines if found),
        billable=payload.whatsappMetadata.isBillable,
        category=payload.whatsappMetadata.conversationType,
    )


def _amount(reader: DocumentReader, path: str, native: str | dict[str, Any] | None) -> Amount | None:
    """An amount; kept as it came where it says more than digits. One that can't be read is drift."""
    if native is None:
        return None
    if isinstance(native, str) and (decimal := plain_decimal(native)) is not None:
        return Amount(decimal, None)
    found = _read(structure(native))
    if found is None:
        reader.report(split_path(path), "unreadable_amount", native)
    else:
        reader.keep(path)
    return found


def _read(data: Any) -> Amount | None:
    """The amount of a text, or of `{"amount": …, "currency": …}`."""
    if isinstance(data, str):
        return read_amount(data)
    if not isinstance(data, dict) or (number := first_text(data, AMOUNT_KEYS)) is None:
        return None
    found, currency = read_amount(number), first_text(data, CURRENCY_KEYS) or ""
    code = find_currency(currency)
    return found if found is None or code is None else Amount(found.decimal, code)


def _currency(payload: SamvaMessage, reader: DocumentReader, cost: Amount | None) -> str | None:
    """The ISO 4217 code; kept as it came where it is none, or where it isn't the amount's."""
    own = cost.unit if cost is not None else None
    code = reader.currency("currency", payload.currency)
    if code is not None and (cost is None or code != (own or code)):
        reader.keep("currency")
    return own or code
