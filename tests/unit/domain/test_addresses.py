"""One reader of addresses: what people, mail clients, carriers and gateways write, and what of it is one person."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.addresses.reader import keys, read, read_all
from message_detail.domain.message import AddressType
from message_detail.providers.base.parties import parties, party

EMAIL, PHONE, ID, UNKNOWN = AddressType.EMAIL, AddressType.PHONE, AddressType.ID, AddressType.UNKNOWN


# --- mailboxes


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Doe, Jane <jane@ex.com>", "Doe, Jane", "jane@ex.com"),
        ("Novák, Jan <jan@ex.cz>", "Novák, Jan", "jan@ex.cz"),
        ("Acme, Inc. @ NY, Jane <jane@ex.com>", "Acme, Inc. @ NY, Jane", "jane@ex.com"),
        ("John [Sales] <john@ex.com>", "John [Sales]", "john@ex.com"),
        ("John (Sales) <john@ex.com>", "John", "john@ex.com"),
        ("Jane @ Acme <jane@ex.com>", "Jane @ Acme", "jane@ex.com"),
        ("a@x <a@x>", None, "a@x"),
        ("'jane@ex.com' <jane@ex.com>", None, "jane@ex.com"),
        ("'Jane Doe' <jane@ex.com>", "Jane Doe", "jane@ex.com"),
        ("O'Hara, Jane <jane@ex.com>", "O'Hara, Jane", "jane@ex.com"),
        ('"Doe, Jane" <jane@EX.com>', "Doe, Jane", "jane@ex.com"),
        ('"Doe \\"J\\", Jane" <jane@ex.com>', 'Doe "J", Jane', "jane@ex.com"),
        ('Screen 5" <jane@ex.com>', "Screen 5", "jane@ex.com"),
        ('"Unclosed <jane@ex.com>', "Unclosed", "jane@ex.com"),
        ("Jane <jane@ex.com", "Jane", "jane@ex.com"),
        ("<<jane@ex.com>>", None, "jane@ex.com"),
        ("Jane [jane@x.com]", "Jane", "jane@x.com"),
        ("jane5@example.com (Jane)", "Jane", "jane5@example.com"),
        ("jane5@example.com (Jane (at home))", "Jane (at home)", "jane5@example.com"),
        ("(comment) jane@ex.com", "comment", "jane@ex.com"),
        ("Jane (jane@ex.com)", "Jane", "jane@ex.com"),
        ("jane@ex.com (once joe@ex.com)", "once joe@ex.com", "jane@ex.com"),
        ("jane@ex.com,", None, "jane@ex.com"),
        ("jane9@example.com;", None, "jane9@example.com"),
        ("Jane\r\n <jane@ex.com>", "Jane", "jane@ex.com"),
        ("jane\0@ex.com", None, "jane@ex.com"),
        ("\u200bjane@ex.com\u202c", None, "jane@ex.com"),
        ("\u00a0jane@ex.com ", None, "jane@ex.com"),
        ("Jane@EX.COM", None, "Jane@ex.com"),
        ("jane@EX.com.", None, "jane@ex.com"),
        ("Jane <jane@MÜNCHEN.de>", "Jane", "jane@münchen.de"),
        ("mailto:jane@ex.com", None, "jane@ex.com"),
        ("mailto:jane@ex.com?subject=Hi, there&cc=b@x", None, "jane@ex.com"),
        ("MAILTO:jane%2Btag@ex.com", None, "jane+tag@ex.com"),
        ("Jane <mailto:jane@ex.com>", "Jane", "jane@ex.com"),
        ("Jane <mailto:jane@ex.com?subject=Hi>", "Jane", "jane@ex.com"),
        ("<mailto:jane%2Btag@ex.com>", None, "jane+tag@ex.com"),
        ("<mailto:jane@ex.com?subject=Hi, there>", None, "jane@ex.com"),
        ("SMTP:Jane@ex.com", None, "Jane@ex.com"),
        ('"john doe"@ex.com', None, '"john doe"@ex.com'),
        ('"jane"@ex.com', None, "jane@ex.com"),
        ('Jane <"a,b"@ex.com>', "Jane", '"a,b"@ex.com'),
        ("jane@[192.168.0.1]", None, "jane@[192.168.0.1]"),
        ('Jane <SMTP:"john doe"@ex.com>', "Jane", '"john doe"@ex.com'),
        ('"john \\"j\\" doe"@ex.com', None, '"john \\"j\\" doe"@ex.com'),
        ('"a\\\\b c"@ex.com', None, '"a\\\\b c"@ex.com'),
        ('"j\\ane"@ex.com', None, "jane@ex.com"),
        ('"a"@ex.com', None, "a@ex.com"),
        ("jane+tag@ex.com", None, "jane+tag@ex.com"),
        ("=?utf-8?q?J=C3=A1n?= <jan@ex.cz>", "Ján", "jan@ex.cz"),
        ('"=?utf-8?q?J=C3=A1n?=" <jan@ex.cz>', "Ján", "jan@ex.cz"),
        ("=?UTF-8?B?SsOhbg==?= <jan@ex.cz>", "Ján", "jan@ex.cz"),
        ("=?utf-8*cs?q?J=C3=A1n_N?= <jan@ex.cz>", "Ján N", "jan@ex.cz"),
        ("=?utf-8?B?SsM=?= =?utf-8?B?oW4=?= <jan@ex.cz>", "Ján", "jan@ex.cz"),
        ("=?iso-8859-2?q?Nov=E1k=2C?= Jan <jan@ex.cz>", "Novák, Jan", "jan@ex.cz"),
        ("=?no-such?q?J=C3=A1n?= <jan@ex.cz>", "=?no-such?q?J=C3=A1n?=", "jan@ex.cz"),
        ("=?utf-8?q?J=FF?= <jan@ex.cz>", "=?utf-8?q?J=FF?=", "jan@ex.cz"),
        ("=?utf-8?Q?J=C3=A1n_<jan@ex.cz>?=", "Ján", "jan@ex.cz"),
        ("=?utf-8?B?SsOhbiA8amFuQGV4LmN6Pg==?=", "Ján", "jan@ex.cz"),
        ("(" * 10_000 + " <a@b.c>", "(" * 10_000, "a@b.c"),
        ('"jane@ex.com"', None, "jane@ex.com"),
        ("`jane@ex.com`", None, "jane@ex.com"),
        ('"Doe, Jane <jane@ex.com>"', "Doe, Jane", "jane@ex.com"),
        ('"Doe, Jane" jane@ex.com', "Doe, Jane", "jane@ex.com"),
        ("Jane Doe - jane@ex.com", "Jane Doe", "jane@ex.com"),
        ('"a@ex.com" <jane@ex.com>', "a@ex.com", "jane@ex.com"),
        ('"Doe <a@ex.com>" <jane@ex.com>', "Doe <a@ex.com>", "jane@ex.com"),
        ("DOE, JANE (Sales) [Contractor] <jane@ex.com>", "DOE, JANE [Contractor]", "jane@ex.com"),
        ("Jane &lt;jane@ex.com&gt;", "Jane", "jane@ex.com"),
        ("jane@ex.com:", None, "jane@ex.com"),
        ("mailto://jane@ex.com", None, "jane@ex.com"),
        ("jane\uff20ex\uff0ecom", None, "jane@ex.com"),
        ("(" * 10_000 + ")" * 10_000 + " <a@b.c>", "(" * 9_999 + ")" * 9_999, "a@b.c"),
    ],
)
def test_a_mailbox_is_read_as_mail_clients_write_it(text: str, name: str | None, address: str) -> None:
    found = party(text)
    assert found is not None
    assert (found.name, found.address, found.address_type) == (name, address, EMAIL)
    assert found.address_raw == read(text).raw == text


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("a@ex.com, b@ex.com", ["a@ex.com", "b@ex.com"]),
        ("a@ex.com; b@ex.com;", ["a@ex.com", "b@ex.com"]),
        ("a@ex.com,b@ex.com;c@ex.com", ["a@ex.com", "b@ex.com", "c@ex.com"]),
        ("a@ex.com\nb@ex.com", ["a@ex.com", "b@ex.com"]),
        ("a@ex.com\nJane <b@ex.com>", ["a@ex.com", "b@ex.com"]),
        ("Jane\n <a@ex.com>, b@ex.com", ["a@ex.com", "b@ex.com"]),
        ("a@ex.com b@ex.com", ["a@ex.com", "b@ex.com"]),
        ("<a@ex.com> <b@ex.com>", ["a@ex.com", "b@ex.com"]),
        ("A <a@ex.com> B <b@ex.com>", ["a@ex.com", "b@ex.com"]),
        ('"A" <a@ex.com> "B" <b@ex.com>, C <c@ex.com>', ["a@ex.com", "b@ex.com", "c@ex.com"]),
        ('"a@ex.com","b@ex.com"', ["a@ex.com", "b@ex.com"]),
        ('"a@ex.com; b@ex.com"', ["a@ex.com", "b@ex.com"]),
        ('"a@ex.com,b@ex.com"', ["a@ex.com", "b@ex.com"]),
        ('5" <a@ex.com>, 6" <b@ex.com>', ["a@ex.com", "b@ex.com"]),
        ('5" <a@ex.com>, "b@ex.com, c" <d@ex.com>', ["a@ex.com", "d@ex.com"]),
        ("<a@ex.com>, <sip:+14155550123@pbx;transport=udp>", ["a@ex.com", "+14155550123"]),
        ('"A" <a@ex.com> "B <x@ex.com> C" <b@ex.com>', ["a@ex.com", "b@ex.com"]),
        ('"A\\"" <a@ex.com> "B\\"" <b@ex.com>', ["a@ex.com", "b@ex.com"]),
        ('["a@ex.com", "b@ex.com"]', ["a@ex.com", "b@ex.com"]),
        ("a@ex.com|b@ex.com", ["a@ex.com", "b@ex.com"]),
        ("a@ex.com\uff0cb@ex.com\uff1bc@ex.com", ["a@ex.com", "b@ex.com", "c@ex.com"]),
        ("Jane +14155550123, +14155550124 (Bob)", ["+14155550123", "+14155550124"]),
        ("<a@ex.com, b@ex.com>", ["a@ex.com", "b@ex.com"]),
        ("c@ex.com, D <d@ex.com>", ["c@ex.com", "d@ex.com"]),
        ('"D, E" <d@ex.com>, c@ex.com', ["d@ex.com", "c@ex.com"]),
        ("Doe, Jane <jane@ex.com>, Roe, Rick <rick@ex.com>", ["jane@ex.com", "rick@ex.com"]),
        ("Jane (a, b) <jane@ex.com>, c@ex.com", ["jane@ex.com", "c@ex.com"]),
        ("Team: a@x, B <b@x>;", ["a@x", "b@x"]),
        ("a@ex.com, +14155550123", ["a@ex.com", "+14155550123"]),
        ("+14155550123,+14155550124", ["+14155550123", "+14155550124"]),
        ("+14155550123; 0061 491 570 156", ["+14155550123", "+61491570156"]),
        ("+61 491 570 156 / +61 491 570 157", ["+61491570156", "+61491570157"]),
        ("sip:+14155550123@pbx, tel:+14155550124", ["+14155550123", "+14155550124"]),
        ("<sip:+14155550123@pbx>;tag=1;q=0.7, <sip:+14155550124@pbx>", ["+14155550123", "+14155550124"]),
        ("<sip:+14155550123@pbx>;tag=1, J <a@ex.com>", ["+14155550123", "a@ex.com"]),
        ("<sip:+14155550123@pbx>; a@ex.com", ["+14155550123", "a@ex.com"]),
        ("<tel:+14155550123>;+14155550124", ["+14155550123", "+14155550124"]),
        ("+14155550123 or +14155550124", ["+14155550123", "+14155550124"]),
        ("+1 415 555 0123 and +1 415 555 0124 AND +14155550125", ["+14155550123", "+14155550124", "+14155550125"]),
        ("tel:+14155550123;tel:+14155550124;+14155550125", ["+14155550123", "+14155550124", "+14155550125"]),
        ("MYSHOP, +14155550123", [None, "+14155550123"]),
    ],
)
def test_a_list_in_one_text_is_one_party_each(text: str, addresses: list[str | None]) -> None:
    found = parties(text)
    assert [one.address for one in found] == addresses
    assert all(one.address_raw and one.address_raw in text for one in found)
    assert party(text).address is None  # type: ignore[union-attr]
    assert read(text).text == text


def test_the_commas_of_a_name_part_nobody() -> None:
    (found,) = parties("Doe, Jane, MD")
    assert (found.address, found.address_raw, found.address_type) == (None, "Doe, Jane, MD", UNKNOWN)
    assert [one.raw for one in read_all("Doe, Jane, MD")] == ["Doe, Jane, MD"]


def test_the_contact_is_the_first_of_several() -> None:
    found = parties(["a@ex.com, b@ex.com", None, "c@ex.com"], contact_id="c1", name="Ann")
    assert [(one.address, one.contact_id, one.name) for one in found] == [
        ("a@ex.com", "c1", None),
        ("b@ex.com", None, None),
        ("c@ex.com", None, None),
    ]
    (alone,) = parties(None, contact_id="c1")
    assert (alone.address, alone.contact_id) == (None, "c1")
    assert parties([]) == parties(None) == parties("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "a b@example.com",
        "@example.com",
        "anna@",
        "Desk sip:1001@",
        "jane@a..b",
        "jane@-x.com",
        "user@host/x",
        "http://jane:bob@ex.com",
        'jane"@ex.com',
        '"@ex.com',
        '""@ex.com',
        '"""@ex.com',
        '"ja\nne"@ex.com',
    ],
)
def test_what_is_no_mailbox_is_nobodys_address(text: str) -> None:
    assert (read(text).kind, read(text).canonical) == (UNKNOWN, None)


# --- numbers


@pytest.mark.parametrize(
    ("text", "region", "address"),
    [
        ("+1 415 555 0123 ext. 5", None, "+14155550123"),
        ("+1 415 555 0123 x5", None, "+14155550123"),
        ("+14155550123;ext=5", None, "+14155550123"),
        ("(415) 555-0123 #5", "US", "+14155550123"),
        ("\u202a+14155550123\u202c", None, "+14155550123"),
        ("\u200e+1\u200b415\u00a0555\u20110123", None, "+14155550123"),
        ("＋１４１５５５５０１２３", None, "+14155550123"),
        ("+١٤١٥٥٥٥٠١٢٣", None, "+14155550123"),
        ("+1.415.555.0123", None, "+14155550123"),
        ("+1/415/555-0123", None, "+14155550123"),
        ("(+1) 415 555 0123", None, "+14155550123"),
        ("+44 (0)20 7946 0000", None, "+442079460000"),
        ("+39 (0)6 12345678", None, "+390612345678"),
        ("+610491570156", None, "+61491570156"),
        ("0061400000002", "AU", "+61400000002"),
        ("0061400000002", None, "+61400000002"),
        ("0011 61 400 000 002", "AU", "+61400000002"),
        ("011 61 491 570 156", "US", "+61491570156"),
        ("011 61 491 570 156", None, "+61491570156"),
        ("400000002.0", "AU", "+61400000002"),
        ("61400000002.0", "AU", "+61400000002"),
        ("٠٤٩١٥٧٠١٥٦", "AU", "+61491570156"),
        ("211234567", "NZ", "+64211234567"),
        ("tel:+1-415-555-0123", None, "+14155550123"),
        ("tel:0491570156;phone-context=+61", None, "+61491570156"),
        ("tel:+14155550123;phone-context=+61", None, "+14155550123"),
        ("tel://+14155550123", None, "+14155550123"),
        ("sms:+14155550123?body=hi", None, "+14155550123"),
        ("sms:+14155550123@gateway.ex.com", None, "+14155550123"),
        ("whatsapp:+14155550123", None, "+14155550123"),
        ("whatsapp:14155550123", None, "+14155550123"),
        ("viber:14155550123", None, "+14155550123"),
        ("sip:+14155550123@pbx.ex.com;transport=udp", None, "+14155550123"),
        ("<sips:+14155550123@pbx.ex.com>", None, "+14155550123"),
        ("sip:+14155550123@pbx.ex.com?subject=a@b", None, "+14155550123"),
        ('"Jane" <sip:+14155550123@pbx>', None, "+14155550123"),
        ("14155550123@s.whatsapp.net", None, "+14155550123"),
        ("14155550123:12@s.whatsapp.net", None, "+14155550123"),
        ("14155550123@c.us", None, "+14155550123"),
        ("Jane <+14155550123>", None, "+14155550123"),
        ("+5215512345678", None, "+525512345678"),
        ("+52 044 55 1234 5678", None, "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("055 8619 8830", "MX", "+525586198830"),
        ("+54 11 15 1234 5678", None, "+5491112345678"),
        ("+54 9 11 1234 5678", None, "+5491112345678"),
        ("011 15 1234-5678", "AR", "+5491112345678"),
        ("+55 11 8765 4321", None, "+5511987654321"),
        ("+55 11 98765 4321", None, "+5511987654321"),
        ("11 8765-4321", "BR", "+5511987654321"),
        ("+55 11 3456 7890", None, "+551134567890"),
        ("+15551234567", None, "+15551234567"),
        ('"+14155550123"', None, "+14155550123"),
        ("'0491570156", "AU", "+61491570156"),
        ('="0491570156"', "AU", "+61491570156"),
        ("Jane +14155550123", None, "+14155550123"),
        ("Jane (0491 570 156)", "AU", "+61491570156"),
        ("+1 415 555 0123 (Jane)", None, "+14155550123"),
        ("0491 570 156 (mobile)", "AU", "+61491570156"),
        ("Jane <+1 415 555 0123 x5>", None, "+14155550123"),
        ("Mobile: +61 491 570 156", None, "+61491570156"),
        ("Tel.: 0491 570 156", "AU", "+61491570156"),
        ("TEL;TYPE=CELL:+61491570156", None, "+61491570156"),
        ("signal:+14155550123", None, "+14155550123"),
        ("tel:%2B14155550123", None, "+14155550123"),
        ("tel:555-0123;phone-context=+1-415", None, "+14155550123"),
        ("tel:0612345678;phone-context=+39", None, "+390612345678"),
        ("sip:%2B14155550123@pbx", None, "+14155550123"),
        ("sip:+14155550123:secret@pbx", None, "+14155550123"),
        ("sip:+14155550123;npdi;isub=1@pbx;user=phone", None, "+14155550123"),
        ("sip:0491570156@pbx;user=phone", "AU", "+61491570156"),
        ("4.91570156E8", "AU", "+61491570156"),
        ("4.9157015E8", "AU", "+61491570150"),
        ("4.915701E8", "AU", "+61491570100"),
        ("6.1491570156e+10", "AU", "+61491570156"),
        ("+0061491570156", None, "+61491570156"),
        ("++61491570156", None, "+61491570156"),
        ("+0491570156", "AU", "+61491570156"),
        ("0491\u00b7570\u00b7156", "AU", "+61491570156"),
        ("090\u30fc1234\u30fc5678", "JP", "+819012345678"),
        ("+54 9 (011) 1234-5678", None, "+5491112345678"),
        ("+54 9 011 15 1234 5678", None, "+5491112345678"),
        ("+52 1 044 55 1234 5678", None, "+525512345678"),
        ("+61491570156 poste 5", None, "+61491570156"),
    ],
)
def test_a_number_is_read_in_every_spelling(text: str, region: str | None, address: str) -> None:
    assert (read(text, region).kind, read(text, region).canonical) == (PHONE, address)


@pytest.mark.parametrize("text", ["12345", "199999", "19771234", "131234", "000", "6112345", "1" * 30])
@pytest.mark.parametrize("international", [True, False])
def test_a_short_code_is_never_a_phone_number(text: str, international: bool) -> None:
    assert read(text, "AU", international=international).canonical is None
    assert read(text, "AU").kind is ID


@pytest.mark.parametrize(
    ("text", "region"),
    [("+6112345", None), ("+12345", None), ("6421123456", "AU"), ("14155550123", "AU"), ("14155550123", None)],
)
def test_a_number_of_no_known_country_has_no_canonical_form(text: str, region: str | None) -> None:
    assert (read(text, region).kind, read(text, region).canonical) == (PHONE, None)


@pytest.mark.parametrize("region", ["US", "us"])
def test_a_number_of_one_place_is_a_number_and_an_extension_is_none(region: str) -> None:
    assert (read("937-0123", region).kind, read("937-0123", region).canonical) == (PHONE, None)
    assert read("937012", region).kind is read("93701234", region).kind is ID


@pytest.mark.parametrize(
    ("digits", "address"),
    [
        ("14155550123", "+14155550123"),
        ("15551234567", "+15551234567"),
        ("5215512345678", "+525512345678"),
        ("551187654321", "+5511987654321"),
        ("5491112345678", "+5491112345678"),
        ("0491 570 156", "+61491570156"),
        ("123456789012345", None),
    ],
)
def test_a_whatsapp_id_begins_with_its_country_code(digits: str, address: str | None) -> None:
    found = party(digits, region="AU", international=True)
    assert found is not None
    assert (found.address, found.address_raw) == (address, digits)


@pytest.mark.parametrize(
    "text",
    [
        "sip:1001@pbx.ex.com", "sips:jane@ex.com", '"Desk" <sip:1001@pbx.ex.com;transport=udp>', "xmpp:jane@ex.com",
        "120363020000000000@g.us", "14155550123-1600000000@g.us", "status@broadcast", "123456789012345@lid",
        "120363020000000000@newsletter", "whatsapp:MYSHOP", "tel:12345",
    ],
)  # fmt: skip
def test_an_id_is_neither_an_e_mail_address_nor_a_number(text: str) -> None:
    found = party(text, region="AU")
    assert found is not None
    assert (found.address, found.address_raw, found.address_type) == (None, text, ID)


@pytest.mark.parametrize(
    "text",
    [
        "MYSHOP",
        "FLY2000",
        "1300FLOWERS",
        "Shop0491570156",
        "a",
        "+",
        "x5",
        "+--",
        "()",
        "Room (491570156)",
        "+1 415 KLM-0123",
        "6.14E+10",
        "4.915700E9",
        "4.91570156E7",
        "1e9",
        "491570156_1",
        "Order: 491570156",
        "#31#0491570156",
    ],
)
def test_a_senders_name_is_no_number(text: str) -> None:
    assert read(text, "AU").canonical is None
    assert read(text, "AU").kind is UNKNOWN


# --- keys

PERSONS = {
    "jane@ex.com": [
        "jane@ex.com", "Jane@EX.com", "Doe, Jane <jane@ex.com>", '"Doe, Jane" <JANE@ex.com>', "jane@ex.com (Jane)",
        "mailto:jane@ex.com?subject=x", "=?utf-8?q?J=C3=A1n?= <jane@ex.com>", "jane@ex.com;", "Jane [jane@ex.com]",
        "jane@ex.com.", "jane@ｅｘ.com", '"jane"@ex.com', "<jane@ex.com>", "\u202ajane@ex.com\u202c",
        "jane@ex.com <jane@ex.com>",
    ],
    "jane@xn--mnchen-3ya.de": [
        "jane@münchen.de", "Jane@MÜNCHEN.DE", "jane@xn--mnchen-3ya.de", "J <jane@XN--MNCHEN-3YA.de>",
    ],
    "jane@ü_x.de": ["jane@Ü_X.de"],
    f"jane@{'ü' * 300}.de": [f"Jane@{'Ü' * 300}.de"],
    '"a@b c"@ex.com': ['"A@B C"@EX.com'],
    "jané@ex.com": ["Jané@ex.com"],
    "xavier@ex.com": ["Xavier@ex.com"],
    "jane+tag@ex.com": ["jane+tag@ex.com", "mailto:jane%2btag@ex.com"],
    "j.ane@ex.com": ["j.ane@ex.com"],
    "+14155550123": [
        "+14155550123", "+1 (415) 555-0123", "001 415 555 0123", "tel:+14155550123", "sip:+14155550123@pbx.ex.com",
        "whatsapp:14155550123", "14155550123@s.whatsapp.net", "14155550123:12@s.whatsapp.net", "＋14155550123",
        "+1 415 555 0123 ext. 5", "\u202a+14155550123\u202c", "011 1 415 555 0123", "14155550123@c.us",
    ],
    "+525512345678": ["+525512345678", "+5215512345678", "5215512345678@s.whatsapp.net", "+52 1 55 1234 5678"],
    "+5491112345678": ["+5491112345678", "+54 11 15 1234 5678", "whatsapp:5491112345678"],
    "+5511987654321": ["+5511987654321", "+551187654321", "551187654321@s.whatsapp.net"],
    "sip:1001@pbx.ex.com": [
        "sip:1001@pbx.ex.com", "sips:1001@PBX.ex.com:5061;transport=tls", '"D" <sip:1001@pbx.ex.com>',
        "sip:1001@PBX.ex.com?subject=a@b;c", "<sip:1001@pbx.ex.com>;tag=as58f4",
        '"D" <sips:1001@pbx.ex.com;transport=tls> ; expires=60;q=0.7',
    ],
    "sip:pbx.ex.com": ["sip:pbx.ex.com", "SIP:PBX.ex.com:5060"],
    "1001@pbx.ex.com": ["1001@pbx.ex.com"],
    "14155550123": ["14155550123", "1 415 555 0123", "tel:14155550123"],
    "myshop": ["MYSHOP", "MyShop", "<MYSHOP>"],
    "xmas": ["XMAS"],
    "12345": ["12345", "1 23 45", "12345;"],
    "0491570156": [
        "0491570156", "sip:0491570156@pbx;user=phone", "Ph: 0491 570 156", "+0491570156",
        "٠٤٩١٥٧٠١٥٦",
        "sip:0491570156@pbx;user=phone;x=a@b",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in PERSONS.items() for text in texts])
def test_every_form_of_an_address_has_the_same_key(key: str, text: str) -> None:
    assert keys(text) == (key,)
    assert keys(key) == (key,)


def test_a_text_that_names_several_has_the_key_of_each() -> None:
    assert keys("a@x, Doe, B <b@x>; +14155550123") == ("a@x", "b@x", "+14155550123")


def test_long_texts_have_keys_of_their_own() -> None:
    long = [keys("x" * 400_000), keys("x" * 400_001), keys("x" * 399_999 + "y")]
    assert all(len(found) == 1 and len(found[0]) < 100 for found in long)
    assert len(set(long)) == 3


def test_a_long_text_is_an_address_where_it_is_written_like_one() -> None:
    address = "a" * 2_001 + "@ex.com"
    assert (read(address).kind, read(address).canonical) == (EMAIL, address)
    assert (read("x" * 2_001).kind, read("x" * 2_001).canonical) == (UNKNOWN, None)


_LOCALS = st.text("abc.+-_'\u00e4\u00b22ß", min_size=1, max_size=4)
_DOMAINS = st.sampled_from(["ex.com", "strasse.de", "straße.de", "ex.org", "a.ex.com"])


def _spellings(local: str, domain: str) -> list[str]:
    address = f"{local}@{domain}"
    upper = f"{local.upper()}@{domain.upper()}" if address.isascii() else address
    return [address, upper, f"Doe, Jane <{address}>", f"{address} (x)"]


@given(st.tuples(_LOCALS, _DOMAINS), st.tuples(_LOCALS, _DOMAINS))
def test_two_addresses_share_a_key_only_where_they_are_one(one: tuple[str, str], other: tuple[str, str]) -> None:
    if any(local.strip("'") != local for local, _ in (one, other)):
        return  # quotes of a text around an address
    first, second = ({keys(text) for text in _spellings(*pair)} for pair in (one, other))
    assert len(first) == len(second) == 1
    assert (first == second) == (one == other)


@given(st.lists(st.integers(400_000_000, 499_999_999), min_size=2, max_size=2, unique=True))
def test_two_numbers_never_share_a_key(numbers: list[int]) -> None:
    forms = [
        {key for text in (f"+61{n}", f"0061{n}", f"whatsapp:61{n}", f"61{n}@s.whatsapp.net") for key in keys(text)}
        for n in numbers
    ]
    assert forms[0] & forms[1] == set()
    assert all(len(found) == 1 for found in forms)


@given(st.text(max_size=60), st.sampled_from([None, "AU", "xx"]), st.booleans())
def test_every_text_can_be_read_and_none_is_lost(text: str, region: str | None, international: bool) -> None:
    found = parties(text, region=region, international=international)
    assert bool(found) == bool(text)
    assert party(text, region=region, international=international) or not text


@given(
    st.lists(
        st.sampled_from(["jane@ex.com", "Doe, Jane <jane@ex.com>", '"A, B" <ab@ex.com>', "c@ex.org (C)"]), min_size=1
    )
)
def test_a_list_has_each_of_its_members(members: list[str]) -> None:
    assert keys("; ".join(members)) == tuple(dict.fromkeys(itertools.chain.from_iterable(map(keys, members))))
