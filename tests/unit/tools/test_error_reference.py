"""docs/errors.md tells every error as its class declares it."""

from __future__ import annotations

import re

import pytest

from message_detail.domain import errors
from message_detail.domain.errors import MessageDetailError, Redelivery
from tools.error_reference import PART, TASK, raised, reference

PAGE = PART.read()
CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, MessageDetailError)
]


def test_the_page_is_in_step_with_the_classes() -> None:
    assert PART.updated(reference()) == PAGE, "docs/errors.md is out of step: run `python -m tools.error_reference`"


def test_the_page_has_every_code_that_an_answer_can_have() -> None:
    assert {error.code for error in CLASSES} == set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE))


def test_every_class_that_holds_no_others_together_has_its_row_once() -> None:
    names = [error.__name__ for error in raised(MessageDetailError)]
    assert len(names) == len(set(names))
    own = {error.__name__ for error in CLASSES if not error.__subclasses__() and "status" not in vars(error)}
    assert own <= set(names)


def test_those_without_a_code_and_a_status_of_their_own_are_told_in_the_text() -> None:
    assert [error for error in CLASSES if "status" in vars(error)] == [MessageDetailError, errors.NotTakenIn]
    assert "`NotTakenIn`" in PAGE


@pytest.mark.parametrize("error", list(raised(MessageDetailError)), ids=lambda error: error.__name__)
def test_an_error_says_what_it_means(error: type[MessageDetailError]) -> None:
    assert error.__doc__
    assert error.__doc__.strip().endswith(".")
    assert "|" not in error.__doc__


def test_the_page_explains_whatever_can_become_of_a_task() -> None:
    assert set(TASK) == set(Redelivery)
    assert set(TASK.values()) <= set(re.findall(r"^\| ([a-z ,]+) \|", PAGE, re.MULTILINE))
