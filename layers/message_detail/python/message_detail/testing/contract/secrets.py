"""Secrets that a provider puts where no one has seen a field are kept nowhere; everything else there is."""

from __future__ import annotations

import json
from typing import Any

from message_detail.domain.redaction.secret_shapes import BLANK
from message_detail.providers.base.provider import Response
from message_detail.testing.contract.subject import Subject
from message_detail.testing.leaves import get, objects, places_of, same
from message_detail.testing.recordings import Recording, replay, retrieve

SECRETS: dict[str, Any] = {
    "x_debug_token": "hidden-7f3a",
    "xDebug": {
        "request": {"headers": {"Authorization": "Token hidden-7f3a x", "Accept": "*/*"}, "pin": "hidden-7f3a"},
        "list": [{"name": "X-Api-Key", "value": "hidden-7f3a"}, {"name": "Accept", "value": "shown-7f3a"}],
        "log": "GET https://jane:hidden-7f3a@example.com/?sig=hidden-7f3a&page=2\nCookie: a=1; b=hidden-7f3a\nHost: y",
        "json": '{"accessKeyId": "AKIAINVENTED00000001", "n": 7301934}',
        "tokens_used": 12,
        "cookie_consent": True,
        "signature_status": "ok",
        "session": {"count": 3},
    },
}
BLANKED: dict[str, Any] = {
    "x_debug_token": BLANK,
    "xDebug": {
        "request": {"headers": {"Authorization": BLANK, "Accept": "*/*"}, "pin": BLANK},
        "list": [{"name": "X-Api-Key", "value": BLANK}, {"name": "Accept", "value": "shown-7f3a"}],
        "log": f"GET https://{BLANK}@example.com/?sig={BLANK}&page=2\nCookie: {BLANK}\nHost: y",
        "json": f'{{"accessKeyId":"{BLANK}","n":7301934}}',
        "tokens_used": 12,
        "cookie_consent": True,
        "signature_status": "ok",
        "session": {"count": 3},
    },
}


class SecretsContract(Subject):
    """Secrets in unknown places are kept nowhere, everything else is."""

    def test_a_field_no_one_has_seen_keeps_all_but_its_secrets(self, success: Recording) -> None:
        exchange = success.copied_exchange()
        for step in exchange:
            body = step.get("body")
            if isinstance(body, dict) and self.provider.classify(Response(step["status"], {}, body)) is None:
                for place in list(objects(body)):
                    get(body, place).update(json.loads(json.dumps(SECRETS)))
        changed = success.changed(exchange)
        normalized = replay(self.provider, changed)
        assert normalized.answer is not None
        message, answer = normalized.message.as_json(), normalized.answer.document()
        told = json.dumps([message, answer])
        assert "hidden-7f3a" not in told
        assert "AKIAINVENTED" not in told
        for path in places_of(retrieve(self.provider, changed), "xDebug", SECRETS["xDebug"]):
            rule = self.provider.fields.rule(tuple("[]" if isinstance(part, int) else part for part in path))
            if rule is None:
                kept = get(message["extensions"], path[:-1])
                assert same({name: kept[name] for name in BLANKED}, BLANKED), path
                kept = get(answer, path[:-1])
                assert same({name: kept[name] for name in BLANKED}, BLANKED), path
