"""What all simulators have in common: an ASGI app that answers as the vendor, or as a fault says."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any, ClassVar

from local.simulators import broken, control, faults
from local.simulators.desk import Desk
from local.simulators.store import Held
from local.simulators.turn import Call, Turn
from local.simulators.wire import (
    Answer,
    Receive,
    Request,
    Scope,
    Send,
    break_connection,
    html_answer,
    json_answer,
    read_request,
    write_answer,
)


class Simulator(Desk):
    """One vendor's service; an instance is the ASGI app.

    showcase: the message that shows a person best what the vendor answers; None: the first.
    """

    showcase: ClassVar[str | None] = None

    # -- what each provider says for itself --------------------------------------------------------------

    @abstractmethod
    def identify(self, request: Request, path: list[str]) -> Call | None:
        """The call that a request with that path behind `base_path` is; `None`: no such route."""

    @abstractmethod
    def problem(self, kind: str, turn: Turn) -> Answer:
        """The vendor's answer to a fault kind, or to a real error of that name."""

    @abstractmethod
    def listing(self, turn: Turn) -> Answer:
        """The answer to the list call."""

    @abstractmethod
    def filler(self, number: int) -> Held:
        """One of any number of like messages, for long lists."""

    def authenticate(self, turn: Turn) -> str | Answer:
        """The account, or the vendor's refusal."""
        account = self.access.find_account(self.credential(turn.request))
        return account or self.problem("unauthorized", turn)

    def wrap(self, turn: Turn) -> Any:
        """The body of the single-message call: the message, in its envelope where there is one."""
        return turn.payload if self.envelope is None else {self.envelope: turn.payload}

    def parts(self, turn: Turn) -> Answer:
        """The answer to the second call; most providers have none."""
        return self.problem("not_found", turn)

    def login(self, turn: Turn) -> Answer:
        """The answer to a login; most providers have none."""
        return self.problem("not_found", turn)

    def other(self, turn: Turn) -> Answer:
        """The answer to a call that is about no message."""
        return self.problem("not_found", turn)

    def missing(self, turn: Turn) -> Answer:
        """The answer for a message that is not there."""
        return self.problem("not_found", turn)

    # -- serving -----------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI app."""
        if scope["type"] != "http":
            raise RuntimeError(f"the simulators speak HTTP only, not {scope['type']}")
        request = await read_request(scope, receive)
        if request.segments[:1] == ("_control",):
            await write_answer(control.handle(self, request), send, receive)
            return
        with self.lock:
            call = self._call(request)
            fault = self.faults.take(call.name, call.message_id, self.find_account(request))
        turn = Turn(request, call, fault)
        if fault and fault.kind == "hang":
            await self._hang(fault.seconds)
        with self.lock:
            answer = None if turn.has("reset") else self.finish(self._answer(turn), turn)
            status = answer.status if answer else None
            self.log.append(turn.entry(self.clock(), self.find_account(request), status))
        if answer is None:
            await break_connection(send, receive)
        else:
            await write_answer(answer, send, receive)

    def finish(self, answer: Answer, turn: Turn) -> Answer:
        """What every answer gets at the end; a fault may ask for `Retry-After`."""
        after = turn.fault.retry_after if turn.fault else None
        return answer.with_headers({"retry-after": after}) if after else answer

    def _call(self, request: Request) -> Call:
        base = tuple(part for part in self.base_path.split("/") if part)
        if request.segments[: len(base)] != base:
            return Call("other", action="no_route")
        found = self.identify(request, list(request.segments[len(base) :]))
        return found or Call("other", action="no_route")

    async def _hang(self, seconds: float) -> None:
        if self.closed:
            return
        event = asyncio.Event()
        self.waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), timeout=seconds)
        except TimeoutError:
            return
        finally:
            self.waiting.discard(event)

    def _answer(self, turn: Turn) -> Answer:
        fault = turn.fault
        if fault and fault.kind in faults.FRONT and fault.kind != "hang":
            return broken.front(fault) or self.problem(fault.kind, turn)
        if turn.call.action == "no_route":
            return html_answer(404, "Not Found")
        if turn.call.name == "login":
            return self.login(turn)
        account = self.authenticate(turn)
        if isinstance(account, Answer):
            return account
        if fault and fault.kind in (faults.REFUSALS | self.extra_kinds):
            if fault.kind == "expired_token":
                self.access.kill(self.credential(turn.request))
            return self.problem(fault.kind, turn)
        turn.account = self.owner(account)
        serve = {"list": self.listing, "parts": self.parts, "other": self.other}
        answer = serve.get(turn.call.name, self._message)(turn)
        return broken.swollen(answer, fault) if fault and fault.kind == "too_large" else answer

    def _message(self, turn: Turn) -> Answer:
        held = self.store.find(turn.account, turn.call.message_id)
        if held is None:
            return self.missing(turn)
        if held.by_get:
            held.step(self.updated_field, self.later)
        turn.payload = broken.changed(held.message, self.id_field, turn.fault, self.drifted)
        turn.parts = held.parts
        return json_answer(200, self.wrap(turn))
