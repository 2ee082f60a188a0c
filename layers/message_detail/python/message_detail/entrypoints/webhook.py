"""POST /v1/webhooks/{provider} and /{account}: a delivery in, what became of it out."""

from __future__ import annotations

from typing import Any, Final

from message_detail import bootstrap
from message_detail.bootstrap import Services
from message_detail.entrypoints.http import Handler, HttpRequest, Response, endpoint, ok, respond
from message_detail.providers.base.account import AccountSchema
from message_detail.providers.base.webhook import Delivery, Webhook
from message_detail.services.webhook_intake import TakenIn

ENVIRONMENT: Final = ("STACK_NAME", "QUEUE_URL")


def webhook_handler(webhook: Webhook, schema: AccountSchema) -> Handler:
    """The handler of a provider's webhooks."""
    bootstrap.in_init(ENVIRONMENT, Services.webhook_intake, webhook, schema)
    prefix = f"/v1/webhooks/{webhook.provider}"

    def route(request: HttpRequest) -> Response:
        services = bootstrap.services()
        delivery = Delivery(request.body, request.headers, request.query, services.now(), request.url)
        account_name = request.after(prefix).strip("/")
        return _acknowledgement(webhook, services.webhook_intake(webhook, schema).take_in(delivery, account_name))

    return endpoint(route, scope=None, provider=webhook.provider, environment=ENVIRONMENT)


def _acknowledgement(webhook: Webhook, taken: TakenIn) -> Response:
    """The answer to a genuine event: what became of it, unless the vendor wants another."""
    if webhook.answer is not None:
        return respond(webhook.answer.status, webhook.answer.body, {"content-type": webhook.answer.content_type})
    return ok(_told(taken))


def _told(taken: TakenIn) -> dict[str, Any]:
    if taken.ignored is not None:
        return {"ignored": taken.ignored}
    told: dict[str, Any] = {"accepted": taken.accepted}
    if taken.unread:
        told["unread"] = taken.unread
    return told
