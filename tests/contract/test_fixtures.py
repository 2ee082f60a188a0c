"""The expected files are the specification: each fixture gives exactly what its file says."""

from __future__ import annotations

import copy

from message_detail.providers.base.provider import Context, Provider
from tests.replay import FOLDER, Fixture, account_of, outcome, retrieve

ORIGINS = frozenset({"seed", "vendor", "observed", "invented"})


def test_fixture_gives_what_its_expected_file_says(provider: Provider, fixture: Fixture) -> None:
    assert fixture.expected_file.is_file(), f"missing: {fixture.expected_file.relative_to(FOLDER.parent.parent)}"
    assert outcome(provider, fixture) == fixture.expected()


def test_fixture_is_described(fixture: Fixture) -> None:
    assert fixture.description
    assert fixture.origin in ORIGINS


def test_every_expected_file_has_its_fixture(name: str) -> None:
    folder = FOLDER / name
    expected = {path.name.removesuffix(".expected.json") for path in folder.glob("*.expected.json")}
    recorded = {path.stem for path in folder.glob("*.json")} - {f"{one}.expected" for one in expected}
    assert expected == recorded


def test_mapping_is_pure(provider: Provider, success: Fixture) -> None:
    document = retrieve(provider, success)
    before = copy.deepcopy(document)
    context = Context(account_of(provider, success), success.message_id, success.fetched_at)
    assert provider.normalize(document, context) == provider.normalize(document, context)
    assert document == before
