"""What `make run` prints before it is ready: where what is, and what to try next. Each line works as it is pasted."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from local.emulator import REGION, ROOT_CREDENTIALS
from local.options import Options
from local.samples import Sample, path_of
from local.stack import LocalStack

if TYPE_CHECKING:
    from local.simulators import Simulator

OUTAGE: Final = "unavailable"
SIMULATORS_VARIABLE: Final = "MESSAGE_DETAIL_SIMULATORS"
"""Where `message-detail webhooks send` finds who can sign as a vendor does."""


def print_addresses(options: Options, url: str, sample: Sample | None, token: str) -> None:
    """Where it serves, the keys, and a first call. token: of a session, for the console."""
    path = path_of(sample.provider, sample.message_id) if sample else "/v1/providers"
    print(f"API      {url}/v1")
    # In the fragment, which no browser sends; the page takes it out of the address bar at once.
    print(f"console  {url}/console/" + (f"#token={token}" if token else ""))
    print(f"docs     {url}/v1/docs")
    print(f"key      {options.key}")
    for key in options.keys[1:]:
        print(f"key      {key.value} (read only)")
    print(f"try      curl -H {shlex.quote(f'Authorization: Bearer {options.key}')} {shlex.quote(url + path)}")


def print_hints(
    options: Options, stack: LocalStack, logs: Path, sample: Sample | None, simulators: Mapping[str, Simulator]
) -> None:
    """What there is besides, and calls to paste. logs: the folder of the functions' logs."""
    kept = "" if options.data else " (gone with this run; DATA=<folder> keeps them)"
    print(f"logs     {logs}{kept}")
    if simulators:
        print(f"simulators {next(iter(simulators.values())).origin} (docs/simulators.md: what they can be told to do)")
    print(f"command  {eval_line(stack, options.key, simulators)}\n")
    for name, line in curls(stack.api_url, options.key, sample, simulators):
        print(f"{name:<10} {line}")
    print(flush=True)


def eval_line(stack: LocalStack, key: str, simulators: Mapping[str, Simulator]) -> str:
    """What makes the command use this system: its API, and its accounts and keys."""
    access_key, secret = ROOT_CREDENTIALS
    values = {
        "MESSAGE_DETAIL_API": stack.api_url,
        "MESSAGE_DETAIL_KEY": key,
        "MESSAGE_DETAIL_STACK": stack.stack_name,
        "AWS_ENDPOINT_URL": stack.emulator.url,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
    if simulators:
        values[SIMULATORS_VARIABLE] = next(iter(simulators.values())).origin
    export = " ".join(f"{name}={value}" for name, value in values.items())
    return f"eval 'unset AWS_PROFILE AWS_SESSION_TOKEN; export {export}'"


def curls(url: str, key: str, sample: Sample | None, simulators: Mapping[str, Simulator]) -> Iterator[tuple[str, str]]:
    """Calls to try, by what they show; those that need a simulator where there are any."""
    if sample is None:
        yield "list", _curl(f"{url}/v1/messages", key=key)
        return
    provider, message_id = sample.provider, sample.message_id
    yield "search", _curl(f"{url}/v1/search", "-G", "--data-urlencode", f"q={message_id}", key=key)
    simulator = simulators[provider]
    control = f"{simulator.origin}/{provider}/_control/fault"
    headers, body = simulator.webhook(message_id)
    named = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    yield "webhook", _curl(f"{url}/v1/webhooks/{provider}", *named, "--data-binary", body.decode())
    yield "outage on", _curl(control, *_json({"kind": OUTAGE, "on": "all"}))
    yield "outage off", _curl(control, "-X", "DELETE")
    yield "sync", _curl(f"{url}/v1/providers/{provider}/sync", "-X", "POST", key=key)
    drift = _curl(control, *_json({"kind": "drift", "count": 1}))
    look = _curl(f"{url}/v1/messages/{provider}/{message_id}?max_age=0", "-o", "/dev/null", key=key)
    yield "drift", f"{drift} -o /dev/null && {look} && {_curl(f'{url}/v1/drift', key=key)}"


def _json(body: Mapping[str, Any]) -> tuple[str, ...]:
    return ("-H", "content-type: application/json", "-d", json.dumps(body))


def _curl(address: str, *more: str, key: str = "") -> str:
    who = ("-H", f"Authorization: Bearer {key}") if key else ()
    return shlex.join(["curl", "-sS", *who, *more, address])
