"""HighLevel's e-mail threads: the message is a container, and shows the e-mail that is asked about, else the newest."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pytest

from message_detail.adapters.provider_steps import fetch_document
from message_detail.domain.errors import MessageNotFound, ProviderBadAnswer, ProviderUnavailable
from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.timeline import state_from_answer
from message_detail.providers.base.provider import NO_LOOK, Context, Look, Request, Response
from message_detail.providers.highlevel.provider import PROVIDER
from message_detail.providers.highlevel.thread import MOST_EMAILS
from tests.unit.providers.highlevel_case import FETCHED, MESSAGE_ID, account, answer, listing, problems, raw, raw_email
from tests.unit.samples import merge_all

NOT_THERE = {"statusCode": 404, "message": "Email message not found", "error": "Not Found"}


class Vendor:
    """HighLevel with one thread and its e-mails (or what takes an e-mail's place), and the paths it was asked for."""

    def __init__(self, thread: dict[str, Any] | None, emails: dict[str, Any]) -> None:
        self.thread = thread
        self.emails = emails
        self.asked: list[str] = []

    def call(self, request: Request) -> Response:
        kind, _, name = request.path.rpartition("/")
        if kind.endswith("/email"):
            self.asked.append(name)
            found = self.emails.get(name, answer(404, NOT_THERE))
            return found if isinstance(found, Response) else answer(200, found)
        return answer(200, self.thread) if self.thread and name == self.thread["id"] else answer(404, NOT_THERE)

    def look(self, look: Look = NO_LOOK, message_id: str = MESSAGE_ID, at: str = FETCHED) -> NormalizedMessage:
        document = fetch_document(PROVIDER, account(), message_id, self.call, look)
        return PROVIDER.normalize(document, Context(account(), message_id, at))

    def message(self, look: Look = NO_LOOK) -> Message:
        return self.look(look).message


def minute(number: int) -> str:
    return f"2026-05-04T{9 + number // 60:02d}:{number % 60:02d}:00.000Z"


def email(number: int, **fields: Any) -> dict[str, Any]:
    """The n-th e-mail of the thread, from a person of its own; without its time where that is given as None."""
    usual = {
        "dateAdded": minute(number),
        "direction": "outbound",
        "status": "delivered",
        "body": f"<p>text {number}</p>",
    }
    return {**raw_email(f"E{number}"), **usual, "from": f"person{number}@example.com", **fields}


def thread_of(numbers: Iterable[int], **fields: Any) -> Vendor:
    """A thread that lists these e-mails in this order."""
    numbers = list(numbers)
    listed = listing(*(f"E{number}" for number in numbers), **fields)
    return Vendor(listed, {f"E{number}": email(number) for number in numbers})


def others(message: Message) -> list[str]:
    return [one["id"] for one in message.extensions.get("_emails", [])]


# --- whose content is shown


def test_the_newest_email_is_the_messages_own_and_all_are_there() -> None:
    vendor = thread_of(range(1, 9))
    message = vendor.message()
    assert (message.body.html, message.conversation.thread_id) == ("<p>text 8</p>", MESSAGE_ID)
    assert message.conversation.related_ids == tuple(f"E{number}" for number in range(1, 9))
    assert others(message) == [f"E{number}" for number in range(1, 8)]
    assert (problems(message), vendor.asked[0]) == ({}, "E8")


def test_the_email_that_a_webhook_names_is_the_messages_own() -> None:
    vendor = thread_of(range(1, 9))
    message = vendor.message(Look(part="E3"))
    assert message.body.html == "<p>text 3</p>"
    assert sorted(others(message)) == [f"E{number}" for number in (1, 2, 4, 5, 6, 7, 8)]
    assert vendor.asked[0] == "E3"


def test_an_email_that_is_named_and_not_listed_yet_is_fetched() -> None:
    vendor = thread_of(range(1, 4))
    vendor.emails["E4"] = email(4)
    message = vendor.message(Look(part="E4"))
    assert (message.body.html, message.conversation.related_ids[-1]) == ("<p>text 4</p>", "E4")
    vendor = Vendor(raw(type=3, messageType="TYPE_EMAIL"), {"E4": email(4)})
    message = vendor.message(Look(part="E4"))
    assert (message.body.html, message.conversation.related_ids) == ("<p>text 4</p>", ("E4",))
    again = vendor.message(Look(stored=message))
    assert (again.body.html, again.conversation.related_ids) == ("<p>text 4</p>", ("E4",))


@pytest.mark.parametrize("place", ["emailMessageId", "meta"])
def test_an_email_may_be_named_outside_of_the_list(place: str) -> None:
    named: dict[str, Any] = {"emailMessageId": "E1"}
    container = raw(type=3, messageType="TYPE_EMAIL", **(named if place != "meta" else {"meta": {"email": named}}))
    message = Vendor(container, {"E1": email(1)}).message()
    assert (message.body.html, message.conversation.related_ids, problems(message)) == ("<p>text 1</p>", ("E1",), {})


@pytest.mark.parametrize("order", [[3, 1, 2], [3, 2, 1], [2, 3, 1], [1, 3, 2]])
def test_the_newest_is_known_by_its_time_where_the_list_is_in_no_order(order: list[int]) -> None:
    assert thread_of(order).message().body.html == "<p>text 3</p>"


def test_where_no_email_has_a_time_the_last_in_the_list_is_the_newest() -> None:
    vendor = thread_of([1, 2, 3])
    vendor.emails = {f"E{number}": email(number, dateAdded=None) for number in (1, 2, 3)}
    assert vendor.message().body.html == "<p>text 3</p>"


def test_an_email_without_a_time_stands_behind_the_one_that_is_listed_before_it() -> None:
    vendor = thread_of([1, 2, 3])
    vendor.emails["E3"] = email(3, dateAdded="soon")
    assert vendor.message().body.html == "<p>text 3</p>"
    vendor = thread_of([1, 2, 3])
    vendor.emails["E2"] = email(2, dateAdded=None)
    assert vendor.message().body.html == "<p>text 3</p>"


def test_times_may_be_numbers() -> None:
    vendor = thread_of([3, 1, 2])
    for number in (1, 2, 3):
        vendor.emails[f"E{number}"] = email(number, dateAdded=1777885200000 + number * 60_000)
    assert vendor.message().body.html == "<p>text 3</p>"


def test_of_two_emails_of_one_moment_the_later_listed_is_the_newer() -> None:
    vendor = thread_of([1, 2])
    vendor.emails["E2"] = email(2, dateAdded=minute(1))
    assert vendor.message().body.html == "<p>text 2</p>"


def test_a_list_of_200_that_runs_backwards_shows_its_first() -> None:
    vendor = thread_of(range(200, 0, -1))
    message = vendor.message()
    assert message.body.html == "<p>text 200</p>"
    assert {f"E{number}" for number in range(190, 200)} <= set(others(message))


def test_the_direction_may_be_told_by_the_email_only() -> None:
    vendor = thread_of([1, 2], direction=..., contactId="Con1")
    vendor.emails["E2"] = email(2, direction="inbound", status="delivered")
    message = vendor.message()
    assert (message.direction, message.status, message.from_.contact_id) == ("inbound", "received", "Con1")  # type: ignore[union-attr]


# --- what goes wrong


def test_an_email_that_is_gone_leaves_the_others() -> None:
    vendor = thread_of([1, 2, 3])
    del vendor.emails["E2"]
    message = vendor.message()
    assert (message.body.html, others(message), problems(message)) == ("<p>text 3</p>", ["E1"], {"_emails": "missing"})
    del vendor.emails["E3"]
    message = vendor.message()
    assert (message.body.html, problems(message)) == ("<p>text 1</p>", {"_emails": "missing"})


def test_a_named_email_that_is_not_there_yet_is_up_to_the_next_look() -> None:
    vendor = thread_of([1, 2])
    message = vendor.message(Look(part="E3"))
    assert message.body.html == "<p>text 2</p>"
    assert problems(message) == {"_emails": "missing", "meta.email.messageIds": "not_fetched"}
    vendor.emails["E3"] = email(3)
    assert vendor.message(Look(stored=message)).conversation.related_ids == ("E1", "E2")


def test_an_event_that_gives_the_threads_id_for_the_emails_shows_the_newest() -> None:
    """The vendor's own example of such an event has one id for both."""
    message = thread_of([1, 2]).message(Look(part=MESSAGE_ID))
    assert (message.body.html, problems(message)) == ("<p>text 2</p>", {})
    bare = raw(type=3, messageType="TYPE_EMAIL")
    assert problems(Vendor(bare, {}).message(Look(part=MESSAGE_ID))) == {"_email": "missing"}
    one = Vendor(bare, {MESSAGE_ID: {**email(1), "id": MESSAGE_ID}}).message(Look(part=MESSAGE_ID))
    assert (one.body.html, problems(one)) == ("<p>text 1</p>", {})


def test_an_email_that_answers_another_id_is_kept_and_not_taken_for_it() -> None:
    vendor = thread_of([1, 2])
    vendor.emails["E2"] = email(9, body="another's")
    message = vendor.message()
    assert (message.body.html, others(message)) == ("<p>text 1</p>", ["E9"])
    assert problems(message) == {"_emails": "missing"}


def test_an_email_without_an_id_is_the_one_asked_for() -> None:
    vendor = thread_of([1])
    vendor.emails["E1"] = {"body": "text 1"}
    message = vendor.message()
    assert (message.body.text, problems(message)) == ("text 1", {})


@pytest.mark.parametrize("status", [429, 503])
def test_what_passes_by_leaves_older_emails_to_the_next_look(status: int) -> None:
    vendor = thread_of([1, 2, 3])
    vendor.emails["E1"] = answer(status, {"statusCode": status, "message": "m"})
    message = vendor.message()
    assert (message.body.html, vendor.asked) == ("<p>text 3</p>", ["E3", "E1"])
    (drift,) = message.provenance.drift
    assert (drift.path, drift.problem, drift.value) == ("meta.email.messageIds", "not_fetched", "2: E1 E2")


def test_what_passes_by_ends_the_fetch_at_the_email_that_is_the_messages_own() -> None:
    vendor = thread_of([1, 2, 3])
    vendor.emails["E3"] = answer(503, {"statusCode": 503, "message": "m"})
    with pytest.raises(ProviderUnavailable):
        vendor.message()


# --- the budget


def test_a_thread_of_200_costs_a_bounded_number_of_calls_and_the_next_looks_fetch_the_rest() -> None:
    vendor = thread_of(range(1, 201))
    stored = vendor.message()
    looks = 1
    while problems(stored):
        assert problems(stored) == {"meta.email.messageIds": "not_fetched"}
        assert len(vendor.asked) <= looks * MOST_EMAILS
        stored = vendor.message(Look(stored=stored))
        assert stored.body.html == "<p>text 200</p>"
        looks += 1
    assert looks == 9
    assert others(stored) == [f"E{number}" for number in range(1, 200)]


def test_what_was_left_out_is_said_with_how_many_and_which() -> None:
    (drift,) = thread_of(range(1, MOST_EMAILS + 3)).message().provenance.drift
    assert (drift.problem, drift.value) == ("not_fetched", "2: E2 E3")


def test_a_look_at_a_whole_thread_costs_no_more_than_its_newest_email() -> None:
    vendor = thread_of(range(1, 9))
    stored = vendor.message()
    vendor.asked.clear()
    again = vendor.message(Look(stored=stored))
    assert (vendor.asked, others(again)) == (["E8"], others(stored))


def test_an_email_of_more_than_a_megabyte_is_one_like_any_other() -> None:
    vendor = thread_of([1, 2])
    vendor.emails["E1"] = email(1, body="<p>" + "x" * 1_200_000 + "</p>")
    message = vendor.message()
    assert (message.body.html, len(message.extensions["_emails"][0]["body"])) == ("<p>text 2</p>", 1_200_007)


# --- order


def test_any_order_of_looks_ends_in_the_same_row() -> None:
    """Whatever a webhook named, and whenever its task was worked on, the newest e-mail of all is shown in the end."""
    vendor = thread_of(range(1, 5))
    vendor.emails["E1"] = email(1, status="failed", error="550 5.1.1 user unknown")
    vendor.emails["E4"] = email(4, direction="inbound")
    looks = [Look(part="E2"), Look(part="E4"), Look(part="E1"), Look()]
    for order in itertools.permutations(looks):
        records = [
            state_from_answer(vendor.look(look, at=f"2026-06-01T12:00:0{at}.000Z")) for at, look in enumerate(order)
        ]
        shown = merge_all(records).message
        assert shown is not None
        assert (shown.body.html, shown.status, shown.failure) == ("<p>text 4</p>", "received", None)


def test_a_bounce_of_an_earlier_email_is_no_fate_of_a_later_one() -> None:
    vendor = thread_of([1])
    vendor.emails["E1"] = email(1, status="failed", error="550 5.1.1 user unknown")
    before = state_from_answer(vendor.look())
    vendor.thread = listing("E1", "E2")
    vendor.emails["E2"] = email(2, to=["right@example.com"])
    after = state_from_answer(vendor.look(at="2026-06-01T13:00:00.000Z"))
    shown = merge_all([before, after]).message
    assert shown is not None
    assert (shown.status, shown.to[0].address) == ("delivered", "right@example.com")


# --- an e-mail's own id


def test_an_emails_own_id_is_a_message_too() -> None:
    vendor = thread_of([7, 8], contactId="Con1")
    vendor.emails["E8"] = email(8, direction="inbound", conversationId="Cnv1", contactId="Con1")
    message = vendor.look(message_id="E8").message
    assert (message.id, message.channel, message.direction, message.status) == (
        "highlevel:default:E8", "email", "inbound", "received",
    )  # fmt: skip
    assert (message.body.html, message.from_.contact_id, problems(message)) == ("<p>text 8</p>", "Con1", {})  # type: ignore[union-attr]
    conversation = message.conversation
    assert (conversation.id, conversation.thread_id, conversation.provider_conversation_id) == (
        "Cnv1",
        MESSAGE_ID,
        "Cnv1",
    )


def test_an_id_that_neither_call_knows_is_not_found() -> None:
    with pytest.raises(MessageNotFound):
        thread_of([1]).look(message_id="E9")


@pytest.mark.parametrize("status", [401, 403])
def test_an_id_that_the_message_call_does_not_know_and_the_email_call_refuses_is_not_found(status: int) -> None:
    vendor = thread_of([1])
    vendor.emails["E9"] = answer(status, {"statusCode": status, "message": "Forbidden resource"})
    with pytest.raises(MessageNotFound):
        vendor.look(message_id="E9")


def test_the_email_call_that_answers_another_id_is_a_bad_answer() -> None:
    vendor = thread_of([1])
    vendor.emails["E9"] = email(1)
    with pytest.raises(ProviderBadAnswer):
        vendor.look(message_id="E9")


def test_a_message_call_that_gives_the_thread_for_an_emails_id_is_not_taken_for_it() -> None:
    vendor = thread_of([1, 2])
    thread = vendor.thread

    def call(request: Request) -> Response:
        return vendor.call(request) if "/email/" in request.path else answer(200, thread)

    assert fetch_document(PROVIDER, account(), "E2", call)["_email"]["id"] == "E2"


def test_everyone_whom_a_thread_names_is_among_its_people() -> None:
    vendor = thread_of([1, 2, 3])
    vendor.emails["E1"] = email(1, to=["a@ex.com, b@ex.com"], cc="c@ex.com, D <d@ex.com>", bcc=["Doe, Jane <j@ex.com>"])
    vendor.emails["E2"] = email(2, ccList=["lawyer@ex.net", None, 7], to={})
    vendor.emails["E3"] = email(3, cc=["x@ex.com"], ccList=["x@ex.com", "y@ex.com"], to=["p@ex.com,q@ex.com"])
    found = vendor.look()
    message = found.message
    assert [party.address for party in message.to] == ["p@ex.com", "q@ex.com"]
    assert [party.address for party in message.cc] == ["x@ex.com", "y@ex.com"]
    assert {party.address for party in found.further_parties} == {
        "person1@example.com", "person2@example.com", "a@ex.com", "b@ex.com", "c@ex.com", "d@ex.com", "j@ex.com",
        "lawyer@ex.net",
    }  # fmt: skip
