"""The tools about messages. Their docstrings and descriptions are what a model sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import Field

from message_detail import providers
from message_detail.domain.status import Outcome, Status
from message_detail.domain.times import canonical
from message_detail_cli.assistant.answers import Time, answer, instant_of
from message_detail_cli.assistant.reader import Reader
from message_detail_cli.assistant.shown import explained, listed, whole
from message_detail_cli.errors import UsageProblem
from message_detail_cli.message_names import whole_name
from message_detail_cli.messages_shown import part
from message_detail_cli.moments import now

MOST: Final = 25
FEW: Final = 10
MessageId = Annotated[str, Field(description="A whole id, `provider:account:id`, as find_messages answers it.")]
MaxAge = Annotated[
    int | None, Field(ge=0, le=86_400, description="Seconds that a stored copy may be old; 0 asks the provider now.")
]


class MessageTools:
    """What can be asked. `now` is the clock."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def find_messages(
        self,
        text: Annotated[
            str | None,
            Field(description="A phone number, e-mail address, id of a message or conversation, reference; alone."),
        ] = None,
        provider: Annotated[str | None, Field(description=f"One of {', '.join(providers.names())}.")] = None,
        account: Annotated[str | None, Field(description="With provider only.")] = None,
        status: Annotated[
            str | None, Field(description=f"One or more, joined by commas, of {', '.join(Status)}.")
        ] = None,
        outcome: Annotated[str | None, Field(description=f"One of {', '.join(Outcome)}; not with status.")] = None,
        since: Time = None,
        until: Time = None,
        limit: Annotated[int, Field(ge=1, le=MOST)] = FEW,
        cursor: Annotated[str | None, Field(description="`next_cursor` of the page before.")] = None,
    ) -> str:
        """Find stored messages by what is known of them, or list them by status and time, newest first."""
        filters = {
            "provider": provider, "account": account, "status": status, "outcome": outcome, "since": instant_of(since),
            "until": instant_of(until), "cursor": cursor,
        }  # fmt: skip
        if text is None:
            page = self._reader.get("/v1/messages", {**filters, "limit": limit})
            return answer(messages=list(map(listed, page["items"])), next_cursor=page.get("next_cursor"))
        if given := [name for name, value in filters.items() if value is not None]:
            raise UsageProblem(f"text goes without {given[0]}: leave one of them out")
        found = self._reader.get("/v1/search", {"q": text, "limit": limit})
        messages = [{"match": item["match"], **listed(item["message"])} for item in found["items"]]
        return answer(messages=messages, more_by=[name for name, more in part(found, "more").items() if more])

    def get_message(self, message_id: MessageId, max_age: MaxAge = None) -> str:
        """One message: status, times, parties, failure, cost."""
        name = whole_name(message_id)
        return answer(message=whole(self._reader.get(name.path, {"account": name.account, "max_age": max_age})))

    def explain_message(self, message_id: MessageId, max_age: MaxAge = None) -> str:
        """What happened to a message in a sentence, the evidence, whether to send it again, and what to do."""
        name = whole_name(message_id)
        query = {"account": name.account, "max_age": max_age}
        return answer(explanation=explained(self._reader.get(f"{name.path}/explanation", query)))

    def list_problems(self) -> str:
        """What needs attention: accounts that don't work, dead letters, failures of the last 24 hours, discrepancies
        between webhooks and providers, answers of providers that are not understood."""
        standings = self._reader.get("/v1/providers")["items"]
        since = canonical(now() - timedelta(days=1))
        return answer(
            accounts=[found for standing in standings for found in _ailing(standing)],
            dead_letters_last_day=_counted(standings, "dead_letters_last_day"),
            failed_last_day=self._some({"outcome": Outcome.FAILURE, "since": since}),
            discrepancies=self._some({"discrepancy": "true"}),
            not_understood=list(map(_drift, self._reader.get("/v1/drift")["items"][:FEW])),
        )

    def _some(self, filters: Mapping[str, str]) -> dict[str, Any]:
        page = self._reader.get("/v1/messages", {**filters, "limit": FEW, "view": "summary"})
        return {"messages": list(map(listed, page["items"])), "there_are_more": bool(page.get("next_cursor"))}


def _ailing(standing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The accounts of a provider that are not as they should be."""
    named = ("account", "state", "last_success", "last_error", "last_error_code")
    return [
        {"provider": standing.get("provider"), **{name: account.get(name) for name in named}}
        for account in standing.get("accounts") or ()
        if account.get("state") != "ok"
    ]


def _counted(standings: list[Mapping[str, Any]], name: str) -> dict[str, int]:
    return {str(one.get("provider")): int(one[name]) for one in standings if one.get(name)}


def _drift(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: row.get(name) for name in ("provider", "problem", "count", "last_seen")}
    return {**plain, "untrusted": {name: row.get(name) for name in ("path", "sample")}}
