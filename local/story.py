"""`make demo`: one message's life, told step by step on the running system, each step with what really came out.

queued → webhook → delivered → outage → stale → recovery → redrive. It ends by itself: with 0 when each step came out as
it is told, with 1 when one did not.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from local.accounts import AccountSettings
from local.emulator import EmulatorError
from local.signals import ended_once, interrupt_on_signals
from local.simulators import Simulator
from local.simulators.server import serve
from local.stack import ApiKey, LocalStack
from message_detail.adapters.aws.circuits import FAILURES_TO_OPEN, RECOVERY_SECONDS

PROVIDER: Final = "samva"
"""Whose webhooks are signed, so that what one says shows at once."""
CONFIRM_SECONDS: Final = 3
KEY: Final = ApiKey("demo", "key-of-the-demo")
LONGEST_STEP: Final = 60.0
_POLL_SECONDS: Final = 0.25

Found = Mapping[str, Any]


class CameOutOtherwise(Exception):
    """A step did not end as it is told."""


class Story:
    """The steps, told on a system that runs. `say` gets each line."""

    def __init__(self, url: str, simulator: Simulator, say: Callable[[str], None] = print) -> None:
        self._simulator = simulator
        self._say = say
        self._step = 0
        self._message = {**simulator.filler(1).message, "sentAt": None, "deliveredAt": None}
        self._id = str(self._message[simulator.id_field])
        self._path = f"/v1/messages/{PROVIDER}/{quote(self._id, safe='')}"
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {KEY.value}"}, timeout=40, trust_env=False
        )

    def tell(self) -> None:
        """All steps, in order. CameOutOtherwise at the first that doesn't end as told."""
        with self._http:
            for step in (
                self.queued,
                self.webhook,
                self.delivered,
                self.outage,
                self.stale,
                self.recovery,
                self.redrive,
            ):
                step()

    def queued(self) -> None:
        """A first look."""
        self._title(
            "queued",
            "A message was just handed to the provider. Nobody has asked for it yet, so a look-up fetches it, live,",
            "puts it into our own words and stores it.",
        )
        self._set(status="queued")
        self._expect(self._look(), status="queued", freshness="live")

    def webhook(self) -> None:
        """The provider tells."""
        self._title(
            "webhook",
            "It arrives, and the provider says so by a signed webhook. It is queued before it is acknowledged; the",
            "worker notes what a genuine one says at once, and one made up by a stranger changes nothing.",
        )
        self._set(status="delivered", sentAt=_now(), deliveredAt=_now())
        headers, body = self._simulator.webhook(self._id)
        forged = self._post(f"/v1/webhooks/{PROVIDER}", content=body, headers={**headers, _proof(headers): "forged"})
        self._expect(forged, code="signature_invalid")
        self._expect(self._post(f"/v1/webhooks/{PROVIDER}", content=body, headers=headers), accepted=1)
        self._expect(self._until(self._stored, status="delivered"), status="delivered")

    def delivered(self) -> None:
        """Our own look confirms it."""
        self._title(
            "delivered",
            f"A webhook is a hint. {CONFIRM_SECONDS} seconds later (confirm_after_seconds, usually 15) one look at the",
            "provider's API confirms all that was announced till then: the timeline has who said what, and when.",
        )
        last = self._until(self._last_event, status="delivered", confirmed=True)
        self._expect(last, status="delivered", confirmed=True, via="webhook")
        self._say(f"    {self._get(f'{self._path}/explanation')['sentence']}")

    def outage(self) -> None:
        """The provider is down."""
        self._title(
            "outage",
            f"The provider breaks down. After {FAILURES_TO_OPEN} failures in a row its circuit opens: it is left",
            "alone, instead of being asked again and again by everybody.",
        )
        self._simulator.fault("unavailable", on="all")
        for _ in range(FAILURES_TO_OPEN):
            self._get(self._path, max_age=0)
        self._expect(self._account(), state="open", last_error_code="provider_unavailable")

    def stale(self) -> None:
        """Whoever asks gets what there is."""
        self._title(
            "stale",
            "Whoever asks now gets the stored copy, at once, and it says that it is stale. A message that was never",
            "stored is a 503 that says when to try again.",
        )
        self._expect(self._look(max_age=0), status="delivered", freshness="stale")
        self._expect(self._get(f"/v1/messages/{PROVIDER}/never-stored"), code="provider_unavailable")

    def recovery(self) -> None:
        """It comes back by itself."""
        self._title(
            "recovery",
            f"The provider is well again. {RECOVERY_SECONDS} seconds after the circuit opened one call tries it, and",
            "closes it: nobody has to do anything.",
        )
        self._simulator.faults.clear()
        self._expect(self._until(lambda: self._look(max_age=0), freshness="live"), freshness="live")
        self._expect(self._account(), state="ok")

    def redrive(self) -> None:
        """What can't pass by itself waits for somebody."""
        self._title(
            "redrive",
            "Our key is revoked by mistake. Waiting can't help there: the task goes to the dead letters with its",
            "reason, and the account says `refused`. Once the key is good again, the dead letters go back.",
        )
        self._simulator.fault("unauthorized", on="all")
        self._post(f"/v1/messages/{PROVIDER}/refresh", json={"message_ids": [self._id]})
        self._expect(self._until(self._account, state="refused"), state="refused", last_error_code="provider_refused")
        self._until(self._dead, letters=1)
        self._simulator.faults.clear()
        self._expect(self._until(self._moved, moved=1), moved=1, reasons={"provider_refused": 1})
        self._expect(self._until(self._account, state="ok"), state="ok")
        self._expect(self._until(self._stored, via="refresh"), via="refresh", status="delivered")

    # --- what is asked

    def _look(self, **parameters: Any) -> Found:
        message = self._get(self._path, **parameters)
        provenance = message.get("provenance") or {}
        return {**message, "freshness": provenance.get("freshness"), "via": provenance.get("via")}

    def _stored(self) -> Found:
        return self._look(max_age=86_400)

    def _last_event(self) -> Found:
        items = self._get(f"{self._path}/timeline").get("items") or [{}]
        last: Found = items[-1]
        return last

    def _account(self) -> Found:
        items = self._get("/v1/providers")["items"]
        accounts = next(item["accounts"] for item in items if item["provider"] == PROVIDER)
        account: Found = accounts[0] if accounts else {}
        return account

    def _dead(self) -> Found:
        return {"letters": len(self._get(f"/v1/providers/{PROVIDER}/dead-letters").get("items", ()))}

    def _moved(self) -> Found:
        return self._post(f"/v1/providers/{PROVIDER}/redrive", json={})

    def _get(self, path: str, **parameters: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._http.get(path, params=parameters).json()
        return found

    def _post(self, path: str, **sent: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._http.post(path, **sent).json()
        return found

    def _set(self, **changes: Any) -> None:
        """The message as it stands at the provider from now on."""
        self._message |= {"updatedAt": _now(), **changes}
        self._simulator.put(self._message)

    # --- how it is told

    def _title(self, name: str, *lines: str) -> None:
        self._step += 1
        self._say("\n".join([f"\n{self._step}. {name}", *(f"   {line}" for line in lines)]))

    def _until(self, look: Callable[[], Found], **wanted: Any) -> Found:
        """What is found once it is as wanted, or the last that was found."""
        deadline = time.monotonic() + LONGEST_STEP
        while not _is(found := look(), wanted) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return found

    def _expect(self, found: Found, **wanted: Any) -> None:
        """Show of what was found that which matters; CameOutOtherwise where it is another."""
        shown = {name: found.get(name) for name in wanted}
        self._say(f"   > {json.dumps(shown, ensure_ascii=False)}")
        if shown != wanted:
            raise CameOutOtherwise(f"expected {json.dumps(wanted)}")


def _is(found: Found, wanted: Mapping[str, Any]) -> bool:
    return all(found.get(name) == value for name, value in wanted.items())


def _proof(headers: Mapping[str, str]) -> str:
    """The header that proves a webhook."""
    return next(name for name in headers if "signature" in name.lower())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main() -> int:
    """The exit code: 0 when every step came out as told."""
    interrupt_on_signals()
    began = time.monotonic()
    try:
        with ExitStack() as cleanup, ended_once():
            _tell(cleanup)
    except (CameOutOtherwise, EmulatorError) as error:
        print(f"make demo: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("stopped", flush=True)
        return 130
    print(
        f"\nThat was all of it, in {time.monotonic() - began:.0f} s. make run keeps serving, with a console to look at."
    )
    return 0


def _tell(cleanup: ExitStack) -> None:
    print(
        "Starting the whole system on this machine: API, queues, workers, table, and a simulated provider …", flush=True
    )
    running = serve()
    cleanup.callback(running.close)
    simulator = running.simulators[PROVIDER]
    settings = {**simulator.account(), "confirm_after_seconds": CONFIRM_SECONDS, "sync_minutes": 0}
    stack = LocalStack(accounts=[AccountSettings(PROVIDER, "default", settings)], keys=[KEY])
    cleanup.callback(stack.stop)
    stack.start()
    Story(stack.api_url, simulator, lambda line: print(line, flush=True)).tell()


if __name__ == "__main__":
    sys.exit(main())
