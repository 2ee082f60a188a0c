"""CareCloud's fields one by one, and its attachments."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.providers.base.provider import Context
from message_detail.providers.carecloud.provider import PROVIDER
from tests.unit.providers.carecloud_case import (
    BASE64,
    FETCHED_AT,
    MESSAGE_ID,
    PICTURE,
    account,
    drift,
    message,
    normalize,
)

# --- fields


def test_constants() -> None:
    found = message()
    assert (found.direction, found.kind, found.from_) == ("outbound", "message", None)
    assert found.timestamps.created is None


def test_the_title_is_a_subject_but_a_preview_on_sms() -> None:
    for channel in (1, 4, 5):
        found = message(communication_channel_id=channel, title="Newsletter no. 30")
        assert (found.subject, found.body.preview) == ("Newsletter no. 30", None)
    sms = message(communication_channel_id=2, title="Vaše objednávka je")
    assert (sms.subject, sms.body.preview) == (None, "Vaše objednávka je")


def test_the_text_comes_from_the_second_call() -> None:
    found = message(
        detail={"plain_text_body": "Text", "html_body": "<p>Text</p>", "last_change": "2026-05-04 14:00:41"}
    )
    assert (found.body.text, found.body.html) == ("Text", "<p>Text</p>")
    assert found.extensions["_detail"] == {"last_change": "2026-05-04 14:00:41"}
    assert message(detail={"plain_text_body": "Text", "html_body": ""}).body.html is None


def test_the_customer_is_the_recipient_even_without_an_address() -> None:
    (recipient,) = message(contact="").to
    assert (recipient.contact_id, recipient.address, recipient.address_raw) == ("8c01", None, None)


@pytest.mark.parametrize(
    ("contact", "region", "address", "kind"),
    [
        ("Anna@Example.COM", None, "Anna@example.com", "email"),
        ("+44 7700 900123", None, "+447700900123", "phone"),
        ("07700 900123", "GB", "+447700900123", "phone"),
        ("07700 900123", None, None, "phone"),
        ("front desk", None, None, "phone"),
    ],
)
def test_a_contact_is_an_email_if_it_has_an_at_else_a_phone(
    contact: str, region: str | None, address: str | None, kind: str
) -> None:
    (recipient,) = message(settings={"default_region": region}, contact=contact).to
    assert (recipient.address, recipient.address_raw, recipient.address_type) == (address, contact, kind)
    assert recipient.contact_id == "8c01"


def test_template_and_parameters() -> None:
    template = message(
        message_data=[{"parameter_name": "first_name", "value": "Anna"}, {"parameter_name": "points", "value": 250}]
    ).template
    assert template is not None
    assert template.id == "8a01"
    assert [(item.name, item.value) for item in template.parameters] == [("first_name", "Anna"), ("points", "250")]
    assert message(message_template_id=None, message_data=None).template is None


def test_last_change_is_the_version() -> None:
    found = message(last_change="2026-05-04 18:02:10")
    assert found.timestamps.updated == found.provenance.source_updated_at == "2026-05-04T16:02:10.000Z"
    assert message(last_change="").provenance.source_updated_at is None


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_and_empty_are_the_same_as_absent(nothing: str | None) -> None:
    names = (
        "contact title send_time opened_time mail_client_user_agent mail_client_language message_data attachments "
        "last_change"
    )
    filled = normalize(detail={"plain_text_body": nothing}, **dict.fromkeys(names.split(), nothing))
    assert filled == normalize(detail={"plain_text_body": "", "html_body": ""})
    assert not filled.message.extensions


def test_unknown_fields_are_kept_at_every_level() -> None:
    found = message(
        detail={"amp_body": "x", "attachments": [{"attachment_format": "a.pdf", "pages": 2}]},
        priority=3,
        message_data=[{"parameter_name": "a", "value": "1", "locale": "cs"}],
    )
    assert found.extensions == {
        "priority": 3,
        "message_data": [{"locale": "cs"}],
        "_detail": {"amp_body": "x", "attachments": [{"pages": 2}]},
    }
    unknown = {"priority", "message_data[].locale", "_detail.amp_body", "_detail.attachments[].pages"}
    assert drift(found) == {(path, "unknown_field") for path in unknown}


FIELD_NAMES = [
    "status",
    "contact",
    "title",
    "send_time",
    "opened_time",
    "communication_channel_id",
    "message_data",
    "attachments",
    "last_change",
    "_detail",
    "_channel",
    "customer_id",
    "message_template_id",
    "new_field",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(FIELD_NAMES),
        JSON | st.lists(st.dictionaries(st.sampled_from(["upload_method", "file_data", "value"]), JSON)),
    )
)
def test_no_value_of_any_field_fails_a_message(fields: dict[str, Any]) -> None:
    found = PROVIDER.normalize({"message_id": MESSAGE_ID, **fields}, Context(account(), MESSAGE_ID, FETCHED_AT))
    json.dumps(found.message.as_json())
    assert found.observations


# --- attachments


def test_a_linked_file() -> None:
    file = {"upload_method": "url", "file_data": "https://files.example.com/t.pdf", "cache_for": "60"}
    (found,) = message(
        detail={"attachments": [{"attachment_format": "general_terms.pdf"}]}, attachments=[file]
    ).attachments
    assert (found.url, found.method, found.cache_minutes) == (file["file_data"], "url", 60)
    assert (found.name, found.size, found.sha256) == ("general_terms.pdf", None, None)


@pytest.mark.parametrize("method", ["url", "link", "base64", None])
@pytest.mark.parametrize("link", ["https://files.example.com/t.pdf", "ftp://files.example.com/t.pdf"])
def test_a_link_is_no_content_whatever_its_method_is_called(method: str | None, link: str) -> None:
    (file,) = message(attachments=[{"upload_method": method, "file_data": link}]).attachments
    assert (file.url, file.sha256) == (link, None)


@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("base64", BASE64),
        ("BASE64 ", BASE64),
        ("base64", f"{BASE64[:20]}\r\n{BASE64[20:]}\n"),
        ("base64", f"data:image/png;base64,{BASE64}"),
        ("url", f"data:image/png;base64,{BASE64}"),
        (None, BASE64),
        ("ftp", BASE64),
    ],
)
def test_inline_content_is_never_kept(method: str | None, content: str) -> None:
    found = message(attachments=[{"upload_method": method, "file_data": content}])
    (file,) = found.attachments
    assert (file.size, file.sha256) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())
    assert file.url is None
    assert BASE64[:20] not in json.dumps(found.as_json())


def test_undecodable_base64_is_measured_as_it_is() -> None:
    text = "not base64 at all! " * 10
    found = message(attachments=[{"upload_method": "base64", "file_data": text}])
    (file,) = found.attachments
    assert (file.size, file.sha256) == (len(text), hashlib.sha256(text.encode()).hexdigest())
    assert drift(found) == {("attachments[].file_data", "undecodable_base64")}
    assert text not in json.dumps(found.as_json())


@pytest.mark.parametrize(
    "attachments",
    [
        {"0": {"upload_method": "base64", "file_data": BASE64}},
        {"upload_method": "base64", "file_data": BASE64},
        [{"upload_method": "base64", "file_data": [BASE64]}],
        [{"upload_method": "base64", "file_data": {"content": BASE64}}],
    ],
)
def test_inline_content_is_not_kept_in_an_odd_shape_either(attachments: Any) -> None:
    found = message(attachments=attachments)
    assert drift(found)
    assert BASE64[:20] not in json.dumps(found.as_json())


@pytest.mark.parametrize("data", [[None, 7301934], {"odd": [7301934]}], ids=["list", "object"])
@pytest.mark.parametrize("many", [lambda file: [file], lambda file: {"1": file}], ids=["in a list", "in an object"])
def test_what_is_no_text_in_the_place_of_a_file_is_kept_and_is_drift(data: Any, many: Any) -> None:
    found = message(attachments=many({"upload_method": "url", "file_data": data}))
    assert drift(found)
    assert "7301934" in json.dumps(found.extensions)


def test_names_are_matched_by_place() -> None:
    names = {"attachments": [{"attachment_format": "a.pdf"}, {"attachment_format": ""}, {"attachment_format": "c.gif"}]}
    urls = [f"https://files.example.com/{name}" for name in "abc"]
    found = message(detail=names, attachments=[{"upload_method": "url", "file_data": url} for url in urls])
    assert [(file.url, file.name) for file in found.attachments] == list(
        zip(urls, ["a.pdf", None, "c.gif"], strict=True)
    )
    assert [file.name for file in message(detail=names).attachments] == ["a.pdf", None, "c.gif"]


def test_more_files_than_names_is_drift_and_the_names_are_kept() -> None:
    names = {"attachments": [{"attachment_format": "a.pdf"}]}
    file = {"upload_method": "url", "file_data": "https://files.example.com/a"}
    found = message(detail=names, attachments=[file, file])
    assert drift(found) == {("_detail.attachments", "count_differs")}
    assert found.extensions["_detail"] == names
