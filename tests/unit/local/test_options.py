"""The variables of `make run`: what they make, and that one of no use is refused by its name."""

from __future__ import annotations

import pytest

from local.options import OptionError, read_options


def test_nothing_set_is_the_default() -> None:
    options = read_options({})
    assert (options.port, options.accounts, options.reconcile_plan, options.visibility_seconds) == (
        3000,
        None,
        "",
        None,
    )
    assert [key.scopes for key in options.keys] == [("metadata", "read", "write", "admin")]


def test_waits_can_be_shortened() -> None:
    plan = '{"intervals": [1, 2], "horizon": 60}'
    options = read_options({"RECONCILE_PLAN": plan, "VISIBILITY": "5"})
    assert (options.reconcile_plan, options.visibility_seconds) == (plan, 5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "３０００"),
        ("API_KEY", "a b"),
        ("API_KEY_READ", "é"),
        ("RECONCILE_PLAN", "no JSON"),
        ("RECONCILE_PLAN", "[]"),
        ("RECONCILE_PLAN", '{"interval": [1]}'),
        ("RECONCILE_PLAN", '{"intervals": [0]}'),
        ("RECONCILE_PLAN", '{"intervals": 5}'),
        ("RECONCILE_PLAN", '{"horizons": 5}'),
        ("RECONCILE_PLAN", '{"horizons": {"pigeon": 5}}'),
        ("RECONCILE_PLAN", '{"intervals": [1]' + " " * 200 + "}"),
        ("VISIBILITY", "0"),
        ("VISIBILITY", "-1"),
        ("VISIBILITY", "1.5"),
        ("VISIBILITY", "43201"),
        ("VISIBILITY", "soon"),
        ("QUIET", "yes"),
    ],
)
def test_a_value_of_no_use_is_refused_by_the_variables_name(name: str, value: str) -> None:
    with pytest.raises(OptionError, match=name):
        read_options({name: value})


def test_both_keys_differ() -> None:
    with pytest.raises(OptionError, match="must differ"):
        read_options({"API_KEY": "same", "API_KEY_READ": "same"})
