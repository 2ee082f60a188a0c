"""Something to look at: some 200 messages of the last days, over all simulators, of which some move on while one looks.

The simulators' own messages show every channel and status once, in the past. Here each is repeated with an id of its
own at times up to now, then the system learns of them as it would from real providers: it syncs their lists, and some
tell of a change by webhook, a few of them of one that their API does not confirm.
"""

from __future__ import annotations

import copy
import json
import random
import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from local.access_lines import OWN
from local.simulators import Simulator
from local.simulators.desk import DEFAULT
from local.simulators.store import Held

EACH: Final = 40
"""Messages of each provider."""
MOVES: Final = 60
MOVE_SECONDS: Final = 5.0
_SYNC_SECONDS: Final = 60.0
_USUAL_AGE_HOURS: Final = 9.0
#: As vendors write times; the digits are all that is changed.
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}")


class Demo:
    """Fills the simulators and the system behind an address, in a thread, until it is closed. until: the time of the
    newest message; the same one makes the same messages."""

    def __init__(self, simulators: Mapping[str, Simulator], url: str, key: str, until: datetime) -> None:
        self._simulators = simulators
        self._until = until
        headers = {"Authorization": f"Bearer {key}", "User-Agent": OWN}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=40, trust_env=False)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo", daemon=True)

    def start(self) -> None:
        """Begin, without waiting for any of it."""
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._closed.set()
        self._thread.join(5)
        self._http.close()

    def _run(self) -> None:
        try:
            chosen = {
                name: fill(simulator, random.Random(name), self._until)  # noqa: S311  # nothing secret
                for name, simulator in self._simulators.items()
            }
            syncs = {name: self._post(f"/v1/providers/{name}/sync", {"account": DEFAULT}) for name in self._simulators}
            self._wait(syncs)
            for name, simulator in self._simulators.items():
                self._contradict(name, simulator, chosen[name][:2])
                self._forge(name)
            self._move({name: ids[2:] for name, ids in chosen.items()})
        except (httpx.HTTPError, RuntimeError):
            return  # the system ends, or does not answer: there is less to look at

    def _wait(self, syncs: Mapping[str, Any]) -> None:
        """Until the lists are read."""
        for name, started in syncs.items():
            path = f"/v1/providers/{name}/sync/{started.get('sync_id')}"
            for _ in range(int(_SYNC_SECONDS / 0.5)):
                if self._closed.wait(0.5) or self._http.get(path).json().get("state") != "running":
                    break

    def _contradict(self, name: str, simulator: Simulator, ids: list[str]) -> None:
        """Webhooks that tell of a status that the provider's API does not show."""
        for message_id in ids:
            self._hook(name, simulator, message_id, {simulator.status_field: simulator.histories[0][-1]})

    def _forge(self, name: str) -> None:
        """A webhook that nobody may believe."""
        self._http.post(f"/v1/webhooks/{name}", content=b"{}", headers={"authorization": "Bearer forged"})

    def _move(self, chosen: Mapping[str, list[str]]) -> None:
        """One message after the other goes a step of its way, and its provider tells so.

        One provider's after the other's: the functions of those that rest need no memory.
        """
        ways = [(name, message_id) for name, ids in chosen.items() for message_id in ids]
        for name, message_id in ways:
            simulator = self._simulators[name]
            steps = [{simulator.status_field: word} for word in simulator.histories[0]]
            simulator.script(message_id, steps, by_get=False)
        for turn in range(MOVES if ways else 0):
            if self._closed.wait(MOVE_SECONDS):
                return
            name, message_id = ways[turn * len(ways) // MOVES]
            if self._simulators[name].advance(message_id):
                self._hook(name, self._simulators[name], message_id, {})

    def _hook(self, name: str, simulator: Simulator, message_id: str, changes: Mapping[str, Any]) -> None:
        headers, body = simulator.webhook(message_id, changes=changes)
        self._http.post(f"/v1/webhooks/{name}", content=body, headers=headers)

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.post(path, json=body).json()
        return answer


def fill(simulator: Simulator, chance: random.Random, until: datetime) -> list[str]:
    """Repeat a simulator's messages up to a time; the ids of those whose status may still change."""
    with simulator.lock:
        patterns = [held for held in simulator.store.all(DEFAULT) if _TIME.search(_text(held))]
        unfinished = {simulator.histories[0][0], *(words[0] for words in simulator.histories)}
        moving = []
        for number in range(EACH):
            pattern = patterns[number % len(patterns)]
            message_id = str(simulator.filler(number + 1).message[simulator.id_field])
            age = timedelta(hours=min(chance.expovariate(1 / _USUAL_AGE_HOURS), 70))
            held = repeated(pattern, simulator.id_field, message_id, until - age)
            simulator.store.put(DEFAULT, held)
            if held.message.get(simulator.status_field) in unfinished:
                moving.append(message_id)
        return moving[:6]


def repeated(pattern: Held, id_field: str, message_id: str, at: datetime) -> Held:
    """A message like another, with an id of its own, its last time being `at`, the others as far before it."""
    old = str(pattern.message[id_field])
    held = Held(copy.deepcopy(pattern.message), f"repeated: {pattern.shows}", copy.deepcopy(pattern.parts))
    times = [_read(found) for found in _TIME.findall(_text(held))]
    shift = at.replace(tzinfo=None) - max(times) if times else timedelta()

    def changed(text: str) -> str:
        text = _TIME.sub(lambda found: _written(_read(found[0]) + shift, found[0]), text)
        return text.replace(old, message_id)

    held.message = _mapped(held.message, changed)
    held.parts = _mapped(held.parts, changed)
    return held


def _text(held: Held) -> str:
    return json.dumps([held.message, held.parts], default=str)


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(" ", "T"))


def _written(at: datetime, like: str) -> str:
    return at.strftime(f"%Y-%m-%d{like[10]}%H:%M:%S")


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    return value
