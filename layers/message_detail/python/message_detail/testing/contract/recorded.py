"""The expected files are the specification: each recording gives exactly what its file says."""

from __future__ import annotations

import copy

from message_detail.providers.base.provider import Context
from message_detail.testing.contract.subject import Subject
from message_detail.testing.recordings import EXPECTED, Recording, account_for, load_recordings, outcome, retrieve

ORIGINS = frozenset({"seed", "vendor", "observed", "invented"})


class RecordedContract(Subject):
    """Each recording gives exactly what its expected file says."""

    def test_recording_gives_what_its_expected_file_says(self, recording: Recording) -> None:
        assert recording.expected_file.is_file(), f"missing: {recording.expected_file}"
        assert outcome(self.provider, recording) == recording.expected()

    def test_recording_is_described(self, recording: Recording) -> None:
        assert recording.description
        assert recording.origin in ORIGINS

    def test_every_expected_file_has_its_recording(self) -> None:
        names = {path.name for path in self.recordings.glob("*.json")}
        expected = {name.removesuffix(EXPECTED) for name in names if name.endswith(EXPECTED)}
        assert expected == {name.removesuffix(".json") for name in names if not name.endswith(EXPECTED)}

    def test_some_recordings_end_in_a_message_and_some_in_an_error(self) -> None:
        assert {recording.succeeds for recording in load_recordings(self.recordings)} == {True, False}

    def test_mapping_is_pure(self, success: Recording) -> None:
        document = retrieve(self.provider, success)
        before = copy.deepcopy(document)
        context = Context(account_for(self.provider, success), success.message_id, success.fetched_at)
        assert self.provider.normalize(document, context) == self.provider.normalize(document, context)
        assert document == before
