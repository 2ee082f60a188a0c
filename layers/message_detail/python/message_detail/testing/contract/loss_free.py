"""Nothing that a provider tells is lost.

Each leaf of a provider's answer ends in a canonical field, or under extensions, or is dropped for a stated reason.
"""

from __future__ import annotations

from message_detail.testing.answers import answers_about_the_message
from message_detail.testing.arrival import accounted_for, is_drift
from message_detail.testing.contract.subject import Subject
from message_detail.testing.leaves import generic, get, leaves, same
from message_detail.testing.recordings import Recording, replay, retrieve


class LossFreeContract(Subject):
    """Nothing that a provider tells is lost."""

    def test_every_leaf_of_an_answer_is_in_the_document(self, success: Recording) -> None:
        document = retrieve(self.provider, success)
        kept = [(generic(path)[-1], leaf) for path, leaf in leaves(document)]
        for step in answers_about_the_message(self.provider, success):
            for path, leaf in leaves(step["body"]):
                assert any(name == generic(path)[-1] and same(leaf, value) for name, value in kept), (
                    f"{step['path']}: {path} is not in the document"
                )

    def test_every_leaf_of_a_document_is_accounted_for(self, success: Recording) -> None:
        document = retrieve(self.provider, success)
        message = replay(self.provider, success).message.as_json()
        table = self.provider.fields
        lost = [path for path, leaf in leaves(document) if not accounted_for(table, message, path, leaf)]
        assert lost == []

    def test_a_leaf_without_a_rule_is_drift(self, success: Recording) -> None:
        message = replay(self.provider, success).message.as_json()
        for path, _ in leaves(retrieve(self.provider, success)):
            if self.provider.fields.rule(generic(path)) is None:
                assert is_drift(message, path), f"{path} is unknown and not listed in provenance.drift"

    def test_secrets_and_envelopes_are_dropped(self, success: Recording) -> None:
        document = retrieve(self.provider, success)
        message = replay(self.provider, success).message.as_json()
        for path, _ in leaves(document):
            rule = self.provider.fields.rule(generic(path))
            if rule is not None and rule.ignored is not None:
                assert get(message["extensions"], path) is None, f"{path} should be dropped: {rule.ignored}"
