"""What comes out of every mapping is canonical: times, money, addresses, ids, and every key of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from message_detail.domain.message import Message, Observation
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.redaction.secret_names import is_secret
from message_detail.domain.status import is_final, outcome_for, rank
from message_detail.domain.timeline import state_from_answer
from message_detail.testing.contract.subject import Subject
from message_detail.testing.recordings import Recording, replay

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
MONEY = re.compile(r"-?\d+(\.\d+)?")
UNIT = re.compile(r"[A-Z]{3}|credit:[a-z]+")
PHONE = re.compile(r"\+[1-9]\d{1,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\sA-Z]+")


class CanonicalContract(Subject):
    """What comes out of a mapping is canonical."""

    def test_every_key_is_there(self, success: Recording) -> None:
        missing = list(_missing(Message, replay(self.provider, success).message.as_json(), ()))
        assert missing == []

    def test_what_is_written_can_be_read_again(self, success: Recording) -> None:
        normalized = replay(self.provider, success)
        assert Message.model_validate(normalized.message.as_json()) == normalized.message
        for observation in normalized.observations:
            assert Observation.model_validate(observation.model_dump(mode="json")) == observation

    def test_ids_are_made_of_provider_account_and_native_id(self, success: Recording) -> None:
        message = replay(self.provider, success).message
        assert message.schema_version == "1"
        assert (message.provider, message.account) == (self.provider.name, "default")
        assert message.provider_message_id == success.message_id
        assert message.id == f"{self.provider.name}:default:{success.message_id}"

    def test_times_are_canonical(self, success: Recording) -> None:
        normalized = replay(self.provider, success)
        for name, value in _times(normalized):
            assert value is None or TIME.fullmatch(value), f"{name}: {value}"
        assert normalized.message.provenance.fetched_at == success.fetched_at

    def test_money_is_a_decimal_string_with_a_known_unit(self, success: Recording) -> None:
        for line in replay(self.provider, success).message.billing.lines:
            assert MONEY.fullmatch(line.amount)
            assert line.unit is None or UNIT.fullmatch(line.unit)

    def test_addresses_are_canonical_or_null(self, success: Recording) -> None:
        message = replay(self.provider, success).message
        parties = [message.from_, *message.to, *message.cc, *message.bcc, *message.reply_to]
        for party in filter(None, parties):
            wanted = {"phone": PHONE, "email": EMAIL}.get(party.address_type)
            assert party.address is None or (wanted is not None and wanted.fullmatch(party.address))
            assert party.address is None or party.address_raw
            assert any((party.address_raw, party.name, party.contact_id)), "a party of which nothing is known"

    def test_finality_and_outcome_follow_from_the_status(self, success: Recording) -> None:
        message = replay(self.provider, success).message
        assert message.final is is_final(message.status)
        assert message.outcome is outcome_for(message.status)

    def test_the_status_is_among_the_observations(self, success: Recording) -> None:
        normalized = replay(self.provider, success)
        message = normalized.message
        assert message.status in {observation.status for observation in normalized.observations}
        for observation in normalized.observations:
            assert observation.observed_at == success.fetched_at
            assert observation.via == message.provenance.via

    def test_what_is_stored_stands_no_lower_than_the_answer(self, success: Recording) -> None:
        normalized = replay(self.provider, success)
        stored = state_from_answer(normalized).message
        assert stored is not None
        assert rank(stored.status, stored.channel) >= rank(normalized.message.status, stored.channel) or any(
            observation.epoch for observation in normalized.observations
        )

    def test_no_setting_of_the_account_is_in_the_message(self, success: Recording) -> None:
        text = replay(self.provider, success).message.model_dump_json()
        for key, value in success.account.items():
            if is_secret(key):
                assert str(value) not in text, f"the account's {key} is in the message"


def _times(normalized: NormalizedMessage) -> Iterator[tuple[str, str | None]]:
    message = normalized.message
    yield from dict(message.timestamps).items()
    yield "source_updated_at", message.provenance.source_updated_at
    for name, engaged in message.engagement:
        yield from ((f"engagement.{name}", at) for at in (engaged and engaged.first_at, engaged and engaged.last_at))
    for reply in message.replies:
        yield "replies[].at", reply.at
    for observation in normalized.observations:
        yield "occurred_at", observation.occurred_at


def _missing(model: Any, data: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Keys of the schema that the data lacks."""
    if isinstance(data, dict) and isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            key = field.alias or name
            if key not in data:
                yield ".".join((*path, key))
            else:
                yield from _missing(field.annotation, data[key], (*path, key))
    elif isinstance(data, list) and get_origin(model) is tuple:
        for item in data:
            yield from _missing(get_args(model)[0], item, (*path, "[]"))
    elif data is not None:
        for arm in get_args(model):
            yield from _missing(arm, data, path)
