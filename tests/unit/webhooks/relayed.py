"""What holds for every provider whose webhook the user's own relay posts."""

from __future__ import annotations

from typing import Any, Final

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.providers.base.generic_webhook import MAX_IDS
from message_detail.providers.base.webhook import HINT_WINDOW_SECONDS, Event
from message_detail.testing import Scheme
from message_detail.testing.schemes import read

MESSAGE_ID: Final = "8f0000000000000000000c0001"
BAD: Final[dict[str, Any]] = {
    "nothing": {},
    "another name": {"id": "m1"},
    "null": {"message_id": None},
    "empty id": {"message_id": ""},
    "boolean": {"message_id": True},
    "negative number": {"message_id": -17},
    "nested list": {"message_ids": [["m1"]]},
    "object among ids": {"message_ids": ["m1", {"id": "m2"}]},
    "boolean among ids": {"message_ids": ["m1", False]},
    "object": {"message_id": {"id": "m1"}},
    "list under the name of one": {"message_id": ["m1"]},
    "one under the name of many": {"message_ids": "m1"},
    "no ids": {"message_ids": []},
    "empty id among ids": {"message_ids": ["m1", ""]},
    "null among ids": {"message_ids": ["m1", None]},
    "both": {"message_id": "m1", "message_ids": ["m2"]},
    "too many": {"message_ids": [str(number) for number in range(MAX_IDS + 1)]},
}
NUMBERS: Final = ("7.0", "1e3", "7.00551909773148160E17", "7.005519097731481601e17", "1e400", "-0.0", "NaN", "Infinity")
"""Which digits the id had can't be told of any of these."""
UNUSABLE: Final = (
    "bad\ufffe",
    "\uffff",
    "a\x00b",
    "a\nb",
    "a\rb",
    "\x1f",
    "a\x7f",
    "a\x85b",
    "a\ufffdb",
    "x\ud800y",
    "m" * 1_501,
)


def relayed(_at: float) -> dict[str, Any]:
    """What a user's own relay posts."""
    return {"message_id": MESSAGE_ID}


def check_numbers(scheme: Scheme) -> None:
    """A whole number is the text of its digits, however many; a number that may be rounded is refused by name."""
    for digits in ("0", "17", "700551909773148160", "9007199254740993", "18446744073709551616", "1" * 400):
        single = read(scheme, f'{{"message_id":{digits}}}'.encode())
        assert single == Event(message_ids=(digits,))
        assert read(scheme, f'{{"message_ids":["m1",{digits},"m2"]}}'.encode()).message_ids == ("m1", digits, "m2")
    for number in NUMBERS:
        for body, place in (('{"message_id":%s}', "message_id:"), ('{"message_ids":["m1",%s]}', r"message_ids\[1\]:")):
            with pytest.raises(InvalidRequest, match=f"{place} is a number with a fraction or an exponent"):
                read(scheme, (body % number).encode())


def check_unusable(scheme: Scheme, message_id: str) -> None:
    """One id that no message has is named by its place: nothing is queued, so nothing beside it is lost unseen."""
    with pytest.raises(InvalidRequest, match="message_id: "):
        read(scheme, {"message_id": message_id})
    with pytest.raises(InvalidRequest, match=r"message_ids\[2\]: ") as caught:
        read(scheme, {"message_ids": ["ok1", "ok2", message_id, "ok3"]})
    assert message_id not in caught.value.detail


def check_good(scheme: Scheme) -> None:
    """The two payloads, and no more than the ids taken of them."""
    assert read(scheme, {"message_id": "m1"}) == Event(message_ids=("m1",))
    assert read(scheme, {"message_ids": ["m2", "m1"]}) == Event(message_ids=("m2", "m1"))
    assert read(scheme, {"message_id": "m1", "message_ids": None, "status": "read"}) == Event(message_ids=("m1",))
    assert read(scheme, {"message_ids": ["m1", "m1"]}).message_ids == ("m1", "m1")
    assert read(scheme, {"message_id": "7,0 %2F/+=:\u00fc\U0001f600"}).message_ids == ("7,0 %2F/+=:\u00fc\U0001f600",)
    most = [str(number) for number in range(MAX_IDS)]
    assert read(scheme, {"message_ids": most}).message_ids == tuple(most)


def check_bad(scheme: Scheme, body: Any) -> None:
    """Refused as unreadable, saying what is wanted, without a value of it."""
    with pytest.raises(InvalidRequest, match="message_id") as caught:
        read(scheme, body)
    assert caught.value.status == 400
    assert "m1" not in caught.value.detail


def check_declaration(scheme: Scheme) -> None:
    """The same body may soon mean a newer state, so it is a duplicate for a short while only."""
    assert scheme.webhook.provider == scheme.provider
    assert scheme.webhook.window_seconds == HINT_WINDOW_SECONDS
    assert scheme.webhook.busy_status == 503
