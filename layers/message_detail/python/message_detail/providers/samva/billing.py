"""What a Samva message cost. Vendor page: "Get Message", https://samva.app (`providerCost`, `cost`, `currency`)."""

from __future__ import annotations

from typing import Any, Final

from message_detail.address_texts import structure
from message_detail.amounts import Amount, currency_of, plain_decimal, read_amount
from message_detail.ledger import Ledger
from message_detail.message import Billing, BillingLine
from message_detail.paths import split_path
from message_detail.providers.samva.payload import SamvaMessage
from message_detail.providers.samva.structures import first_text

AMOUNT_KEYS: Final = ("amount", "value", "total")
CURRENCY_KEYS: Final = ("currency", "currencyCode", "currency_code")


def billing_of(payload: SamvaMessage, ledger: Ledger) -> Billing:
    """The price of the carrier, whose unit is not stated, and Samva's own."""
    provider = _amount(ledger, "providerCost", payload.providerCost)
    platform = _amount(ledger, "cost", payload.cost)
    credit = _amount(ledger, "credits_used", payload.credits_used)
    lines = (
        ("provider", provider, provider and provider.unit),
        ("platform", platform, _currency(payload, ledger, platform)),
        ("platform", credit, "credit:samva"),
    )
    return Billing(
        lines=tuple(BillingLine(kind=kind, amount=found.decimal, unit=unit) for kind, found, unit in lines if found),
        billable=payload.whatsappMetadata.isBillable,
        category=payload.whatsappMetadata.conversationType,
    )


def _amount(ledger: Ledger, path: str, native: str | dict[str, Any] | None) -> Amount | None:
    """An amount; kept as it came where it says more than digits. One that can't be read is drift."""
    if native is None:
        return None
    if isinstance(native, str) and (decimal := plain_decimal(native)) is not None:
        return Amount(decimal, None)
    found = _read(structure(native))
    if found is None:
        ledger.report(split_path(path), "unreadable_amount", native)
    else:
        ledger.keep(path)
    return found


def _read(data: Any) -> Amount | None:
    """The amount of a text, or of `{"amount": …, "currency": …}`."""
    if isinstance(data, str):
        return read_amount(data)
    if not isinstance(data, dict) or (number := first_text(data, AMOUNT_KEYS)) is None:
        return None
    found, currency = read_amount(number), first_text(data, CURRENCY_KEYS) or ""
    code = currency_of(currency)
    return found if found is None or code is None else Amount(found.decimal, code)


def _currency(payload: SamvaMessage, ledger: Ledger, cost: Amount | None) -> str | None:
    """The ISO 4217 code; kept as it came where it is none, or where it isn't the amount's."""
    own = cost.unit if cost is not None else None
    if payload.currency is None:
        return own
    code = currency_of(payload.currency)
    if code is None:
        ledger.report(("currency",), "unknown_value", payload.currency)
        return own
    if cost is None or code != (own or code) or code != payload.currency.strip().upper():
        ledger.keep("currency")
    return own or code
