"""Amounts: one reading or none; a factor of a thousand is never guessed."""

from __future__ import annotations

import pytest

from message_detail.domain.amounts import Amount, find_currency, plain_decimal, read_amount


@pytest.mark.parametrize(
    ("text", "decimal", "unit"),
    [
        ("0.05", "0.05", None), ("0,05", "0.05", None), ("5e-2", "0.05", None), (".05", "0.05", None),
        ("1.234,56", "1234.56", None), ("1,234.56", "1234.56", None), ("1 234,56", "1234.56", None),
        ("1'234.56", "1234.56", None), ("1.234.567", "1234567", None), ("1\u00a0234,5", "1234.5", None),
        ("$0.05", "0.05", None), ("-$0.05", "-0.05", None), ("0,05 €", "0.05", "EUR"), ("€0,05", "0.05", "EUR"),
        ("£0.05", "0.05", "GBP"), ("USD 0.05", "0.05", "USD"), ("0.05 usd", "0.05", "USD"), ("US$0.05", "0.05", "USD"),
        ("A$ 0.05", "0.05", "AUD"), ("0,05 Kč", "0.05", "CZK"), (" 0.050 ", "0.050", None), ("1.234", "1.234", None),
        ("$0.05 USD", "0.05", "USD"), ("USD $0.05", "0.05", "USD"), ("AUD$0.05", "0.05", "AUD"), ("€5 EUR", "5", "EUR"),
        ("R$ 0,05", "0.05", "BRL"), ("HK$0.05", "0.05", "HKD"), ("0.05 US$", "0.05", "USD"),
        ("−0.05", "-0.05", None), ("0,123", "0.123", None), (" " * 60 + "0.05", "0.05", None),
        ("₹1,23,456.78", "123456.78", "INR"), ("12,34,567.5", "1234567.5", None),
    ],
)  # fmt: skip
def test_an_amount_is_a_decimal_and_its_currency(text: str, decimal: str, unit: str | None) -> None:
    assert read_amount(text) == Amount(decimal, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "free",
        "$",
        "USD",
        "1,234",
        "1,23,4",
        "1.2.3",
        "1..2",
        "--5",
        "1e400",
        "nan",
        "inf",
        "0.05 cents",
        "5 SMS",
        "USD 5 €",
        "A$5 USD",
        "USD $5 USD",
        "0 05",
        "12 34",
        "1,2345.6",
        "1.23,4",
        "1.234,567,890",
        " " * 61 + "0.05",
    ],
)
def test_what_is_no_amount_or_has_two_readings_is_none(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize("text", ["1" * 100_000, "1," * 50_000, " " * 100_000 + "1", "9" * 63 + ","])
def test_a_long_text_is_no_amount(text: str) -> None:
    assert read_amount(text) is None


def test_plain_notation_holds_no_exponent() -> None:
    assert [plain_decimal(text) for text in ("5E-5", "1e3", "1e41", "x")] == ["0.00005", "1000", None, None]
    assert plain_decimal("1e40") == "1" + "0" * 40


@pytest.mark.parametrize(
    ("text", "code"),
    [("USD", "USD"), (" usd ", "USD"), ("€", "EUR"), ("US$", "USD"), ("$", None), ("XXX", None), ("", None)],
)  # fmt: skip
def test_a_currency_is_a_code_or_a_sign_that_stands_for_one(text: str, code: str | None) -> None:
    assert find_currency(text) == code
