"""Ids that no queue could carry: refused by every provider's webhook, with their place named."""

from __future__ import annotations

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.status import Status
from message_detail.providers.base.webhook import MAX_NATIVE, Event, Observed, build_tasks, verify
from message_detail.testing import Scheme
from message_detail.testing.schemes import delivery
from tests.unit.webhooks.schemes import SCHEMES

ODD = ("bad\ufffe", "bad\uffff", "a\nb", "\x00", "a\u2028b", "bad\ufffd", "x" * 1_501)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
def test_an_odd_id_is_refused_with_its_place(scheme: Scheme, odd: str) -> None:
    verified = verify(scheme.webhook, delivery(scheme.signed()), scheme.account())
    with pytest.raises(InvalidRequest, match=r"^message_ids\[2\]: ") as caught:
        build_tasks(scheme.webhook, verified, Event(message_ids=("ok1", "ok1", odd, "ok2")))
    assert caught.value.status == 400
    with pytest.raises(InvalidRequest, match=r"^message_id: "):
        build_tasks(scheme.webhook, verified, Event(message_ids=(odd,)))


@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
def test_a_status_word_of_any_length_makes_a_task_that_fits_on_the_queue(scheme: Scheme) -> None:
    verified = verify(scheme.webhook, delivery(scheme.signed()), scheme.account())
    observed = Observed(Status.SENT, "\U0001f600" * 1_000_000, None)
    (task,) = build_tasks(scheme.webhook, verified, Event(message_ids=("m1",), observed=observed))
    assert task.observations[0]["status_native"] == "\U0001f600" * MAX_NATIVE
    assert len(task.to_json()) < 10_000
