"""`message-detail webhooks send`: a webhook goes the whole way, from the provider's address to the message's row."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from message_detail import providers
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail_cli.account_example import takes_secret
from message_detail_cli.account_file import build_account, read_settings
from message_detail_cli.account_secrets import stored
from message_detail_cli.api import Api, ApiRefused, api_of, is_loopback, url_of
from message_detail_cli.errors import OK, CliError
from message_detail_cli.options import add_account, add_provider, id_of_provider, number_up_to
from message_detail_cli.output import clean, note, show_pairs, state
from message_detail_cli.sample_events import sample_of
from message_detail_cli.sample_events.shared import Signed
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = (
    "Makes a webhook as the provider sends it, signed with the account's newest secret, posts it to the API, and waits "
    "until the message's row has changed. The message has to be there at the provider, and what a signed event says is "
    "noted as seen: without --event it is what the message stands at."
)
SIMULATORS: Final = "MESSAGE_DETAIL_SIMULATORS"
STORED: Final = 86_400
"""Seconds: whatever is stored is young enough."""
POLL_SECONDS: Final = 0.5
WAIT_SECONDS: Final = 90
"""Longer than the pause after which what a webhook has announced is confirmed."""
LONGEST_WAIT: Final = 900
UNPROVED: Final = 401


@dataclass(frozen=True, slots=True)
class Look:
    """A message's row: what it stands at, and by which answer of the provider."""

    status: str
    native: str
    fetched_at: str


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    text = "the provider's id of a message that is there"
    parser.add_argument("id", metavar="MESSAGE_ID", type=id_of_provider, help=text)
    add_account(parser)
    text = "what the webhook tells, in the provider's word, such as delivered (default: what the message stands at)"
    parser.add_argument("--event", metavar="WORD", help=text)
    parser.add_argument("--file", metavar="FILE.toml", help="take the secret from this file of make run ACCOUNTS=")
    text = f"seconds to wait for the row (default: {WAIT_SECONDS})"
    parser.add_argument("--wait", type=number_up_to(LONGEST_WAIT), default=WAIT_SECONDS, metavar="SECONDS", help=text)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Looks the message up first: then its row is there, and what changes after that comes of the webhook."""
    api = api_of(arguments, tools)
    name = arguments.account or DEFAULT_ACCOUNT
    before = _look(api, arguments)
    word = arguments.event or before.native
    signed = _signed(arguments, name, word, tools)
    began = time.monotonic()
    answer = _post(arguments, name, signed, tools)
    taken = time.monotonic() - began
    note(f"taken in after {taken * 1000:.0f} ms; waiting for the row of the message")
    after, changes = _wait(api, arguments, before, tools, began)
    told = {
        "provider": arguments.provider,
        "account": name,
        "message": arguments.id,
        "event": word,
        "taken in": f"{answer} after {taken:.2f} s",
        "row": changes,
        "status": state(after.status),
    }
    show_pairs(arguments, {name.replace(" ", "_"): value for name, value in told.items()}, told)
    if after.fetched_at == before.fetched_at:
        raise CliError(_unchanged(arguments, api))
    return OK


def _look(api: Api, arguments: argparse.Namespace) -> Look:
    message = api.get_message(arguments.provider, arguments.id, account=arguments.account, max_age=STORED)
    return Look(
        status=str(message["status"]),
        native=str(message.get("status_native") or message["status"]),
        fetched_at=str(message["provenance"]["fetched_at"]),
    )


def _wait(api: Api, arguments: argparse.Namespace, before: Look, tools: Tools, began: float) -> tuple[Look, list[str]]:
    """The row once the provider's answer has confirmed what was announced, or the time is over; and how it changed."""
    seen, changes = before, list[str]()
    for _ in range(int(arguments.wait / POLL_SECONDS)):
        look = _look(api, arguments)
        after = f"after {time.monotonic() - began:.1f} s"
        if look.fetched_at != before.fetched_at:
            title = providers.provider_title(arguments.provider)
            return look, [*changes, f"fetched {after}: {title} says {look.native}, so {look.status}"]
        if look.status != seen.status:
            changes.append(f"announced {after}: {look.status}")
            seen = look
        tools.sleep(POLL_SECONDS)
    return seen, changes


def _unchanged(arguments: argparse.Namespace, api: Api) -> str:
    """What may be the reason; that the message is gone can be asked."""
    try:
        api.get_message(arguments.provider, arguments.id, account=arguments.account, max_age=0)
    except ApiRefused as error:
        return f"taken in, but nothing was fetched within {arguments.wait} s, and a lookup says {error}"
    return (
        f"taken in, but nothing was fetched within {arguments.wait} s: was the same event sent a moment ago? "
        "Else see message-detail providers for dead letters"
    )


def _signed(arguments: argparse.Namespace, name: str, word: str, tools: Tools) -> Signed:
    provider = arguments.provider
    if not takes_secret(provider):
        return _by_simulator(arguments, name, word, tools)
    if arguments.file is not None:
        account = build_account(provider, name, read_settings(arguments.file, provider, name, tools))
    else:
        account = stored(cloud_of(arguments), provider, name)
    if not account.webhook_secrets:
        raise CliError(
            f"the account has no webhook_secrets: message-detail accounts webhook {provider} {name} makes one"
        )
    return sample_of(provider)(arguments.id, word, account.webhook_secrets[-1], time.time())


def _by_simulator(arguments: argparse.Namespace, name: str, word: str, tools: Tools) -> Signed:
    """A vendor's own key signs here: only its simulator, whose key is invented, can take its place."""
    title = providers.provider_title(arguments.provider)
    origin = tools.environ.get(SIMULATORS)
    if not origin:
        raise CliError(
            f"{title} signs with a private key that only {title} has, so no genuine webhook can be made here. Have "
            f"{title} send one (a message from the account does), and see message-detail providers. On a laptop the "
            "simulator signs: paste the command line of make run first"
        )
    asked = {"message_id": arguments.id, "account": name, "changes": {"status": word}}
    made = _http(origin, tools).post(f"{origin}/{arguments.provider}/_control/webhook", json=asked)
    if not made.is_success:
        raise CliError(f"the simulator of {title} made no webhook ({made.status_code}): {made.text[:200]}")
    body = made.json()
    return Signed(body["headers"], str(body["body"]).encode())


def _post(arguments: argparse.Namespace, name: str, signed: Signed, tools: Tools) -> int:
    """The status of the API's answer, once the webhook is taken in."""
    url = url_of(arguments, tools)
    path = f"/v1/webhooks/{arguments.provider}" + (f"/{name}" if name != DEFAULT_ACCOUNT else "")
    answer = _http(url, tools).post(url + path, headers=dict(signed.headers), content=signed.body)
    body = _object(answer)
    if not answer.is_success:
        told = clean(f"{answer.status_code} {body.get('code', '')}: {body.get('detail', '')}")
        hint = "; a secret that is new is known within a minute" if answer.status_code == UNPROVED else ""
        raise CliError(f"the webhook was refused: {told}{hint}")
    if body.get("ignored"):
        raise CliError(f"the webhook is genuine, and was ignored: {clean(body['ignored'])}")
    return answer.status_code


def _object(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; nothing where it has none, as vendors may be answered by a text of their own."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _http(url: str, tools: Tools) -> httpx.Client:
    # The API key stays at home: a provider has none.
    return httpx.Client(transport=tools.transport, timeout=40, trust_env=not is_loopback(urlsplit(url).hostname or ""))
