"""The answer that is kept with a message: whole but for what is never kept, and the same message can be made of it."""

from __future__ import annotations

from message_detail.domain.json_leaves import leaves
from message_detail.domain.sealed_answer import SealedAnswer
from message_detail.providers.base.field_rules import FieldRule
from message_detail.providers.base.provider import Context
from message_detail.testing.contract.subject import Subject
from message_detail.testing.leaves import generic
from message_detail.testing.recordings import Recording, account_for, replay, retrieve


class SealedContract(Subject):
    """What the provider answered is kept as it was."""

    def test_the_answer_that_is_kept_makes_the_same_message_and_the_same_answer(self, success: Recording) -> None:
        first = replay(self.provider, success)
        context = Context(account_for(self.provider, success), success.message_id, success.fetched_at)
        again = self.provider.normalize(_document(first.answer), context)
        assert again == first
        assert _document(again.answer) == _document(first.answer)

    def test_nothing_is_missing_in_it_but_what_is_ignored_and_files(self, success: Recording) -> None:
        kept = dict(leaves(_document(replay(self.provider, success).answer)))
        for path, value in leaves(retrieve(self.provider, success)):
            rule = self.provider.fields.rule(generic(path))
            if not _is_left_out(rule) and not _is_in_a_file(path):
                assert kept.get(path, value) == value, path
                assert path in kept or value in (None, {}, []), path


def _document(answer: SealedAnswer | None) -> dict[str, object]:
    assert answer is not None
    return answer.document()


def _is_left_out(rule: FieldRule | None) -> bool:
    return rule is None or rule.redacted or (rule.ignored is not None and not rule.ours)


def _is_in_a_file(path: tuple[str | int, ...]) -> bool:
    return "attachments" in path
