"""The routes of the API, one method each.

Made from the OpenAPI document by `python -m tools.client_code`: not to be edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from message_detail_client.answers import (
    Accepted,
    AccountStanding,
    DeadLetterList,
    DeliveryPage,
    DriftList,
    EndpointList,
    EndpointState,
    EndpointTested,
    ErasureProgress,
    ErasureStarted,
    Explanation,
    FoundToErase,
    Me,
    Message,
    MessagePage,
    Providers,
    Raw,
    RecountBegun,
    Redriven,
    RejectedWebhooks,
    Replayed,
    SearchResult,
    SessionOpened,
    Stats,
    SyncList,
    SyncProgress,
    SyncStarted,
    Timeline,
)
from message_detail_client.connection import Connection, TextPage, path


class Routes(Connection):
    """Every route that wants a key; what is None is left out of the call."""

    def list_messages(
        self,
        *,
        address: str | None = None,
        contact: str | None = None,
        conversation: str | None = None,
        reference: str | None = None,
        provider: str | None = None,
        discrepancy: Literal["true"] | None = None,
        account: str | None = None,
        status: str | None = None,
        outcome: Literal["pending", "success", "failure", "uncertain"] | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        view: Literal["summary"] | None = None,
    ) -> MessagePage:
        """Stored messages, newest first."""
        answer: MessagePage = self.get(
            "/v1/messages",
            {
                "address": address,
                "contact": contact,
                "conversation": conversation,
                "reference": reference,
                "provider": provider,
                "discrepancy": discrepancy,
                "account": account,
                "status": status,
                "outcome": outcome,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
                "view": view,
            },
        )
        return answer

    def search(self, *, q: str, view: Literal["summary"] | None = None, limit: int | None = None) -> SearchResult:
        """Whatever is stored that a text names: by id, address, conversation or reference."""
        answer: SearchResult = self.get("/v1/search", {"q": q, "view": view, "limit": limit})
        return answer

    def get_message(
        self, provider: str, message_id: str, *, account: str | None = None, max_age: int | None = None
    ) -> Message:
        """One message: from the store if young enough, else from its provider."""
        answer: Message = self.get(
            f"/v1/messages/{path(provider)}/{path(message_id)}", {"account": account, "max_age": max_age}
        )
        return answer

    def explain_message(
        self, provider: str, message_id: str, *, account: str | None = None, max_age: int | None = None
    ) -> Explanation:
        """What happened to a message in a sentence, how we know, whether to send it again, and what to do."""
        answer: Explanation = self.get(
            f"/v1/messages/{path(provider)}/{path(message_id)}/explanation", {"account": account, "max_age": max_age}
        )
        return answer

    def get_timeline(
        self,
        provider: str,
        message_id: str,
        *,
        account: str | None = None,
        journal: Literal["true", "false"] | None = None,
    ) -> Timeline:
        """Every status that a stored message was seen at, oldest first; with journal=true what led to them, too."""
        answer: Timeline = self.get(
            f"/v1/messages/{path(provider)}/{path(message_id)}/timeline", {"account": account, "journal": journal}
        )
        return answer

    def get_raw(self, provider: str, message_id: str, *, account: str | None = None, pointer: str | None = None) -> Raw:
        """What the provider last answered about a stored message, secrets blanked."""
        answer: Raw = self.get(
            f"/v1/messages/{path(provider)}/{path(message_id)}/raw", {"account": account, "pointer": pointer}
        )
        return answer

    def refresh_messages(self, provider: str, *, message_ids: Sequence[str], account: str | None = None) -> Accepted:
        """Fetch messages anew, through the queue."""
        answer: Accepted = self.post(
            f"/v1/messages/{path(provider)}/refresh", {"account": account, "message_ids": message_ids}
        )
        return answer

    def list_providers(self) -> Providers:
        """Providers, the accounts that have been used, and how they fare."""
        answer: Providers = self.get("/v1/providers")
        return answer

    def list_dead_letters(self, provider: str, *, limit: int | None = None) -> DeadLetterList:
        """Tasks that died and wait to be brought back, and why they died; they stay where they are."""
        answer: DeadLetterList = self.get(f"/v1/providers/{path(provider)}/dead-letters", {"limit": limit})
        return answer

    def redrive(self, provider: str, *, account: str | None = None, limit: int | None = None) -> Redriven:
        """Move dead letters back to the queue."""
        answer: Redriven = self.post(f"/v1/providers/{path(provider)}/redrive", {"account": account, "limit": limit})
        return answer

    def resume_account(self, provider: str, *, account: str | None = None) -> AccountStanding:
        """End an account's cool-down and close its circuit, so that the provider is called again at once."""
        answer: AccountStanding = self.post(f"/v1/providers/{path(provider)}/resume", {"account": account})
        return answer

    def start_sync(
        self,
        provider: str,
        *,
        account: str | None = None,
        since: str | None | None = None,
        until: str | None | None = None,
    ) -> SyncStarted:
        """List the provider's messages through the queue and store each; while one is running, that one goes on."""
        answer: SyncStarted = self.post(
            f"/v1/providers/{path(provider)}/sync", {"account": account, "since": since, "until": until}
        )
        return answer

    def list_syncs(self, provider: str, *, limit: int | None = None) -> SyncList:
        """The latest syncs of the last 30 days, and how far each is."""
        answer: SyncList = self.get(f"/v1/providers/{path(provider)}/sync", {"limit": limit})
        return answer

    def get_sync(self, provider: str, sync_id: str) -> SyncProgress:
        """How far a sync is."""
        answer: SyncProgress = self.get(f"/v1/providers/{path(provider)}/sync/{path(sync_id)}")
        return answer

    def export_messages(
        self,
        *,
        address: str | None = None,
        contact: str | None = None,
        conversation: str | None = None,
        reference: str | None = None,
        provider: str | None = None,
        discrepancy: Literal["true"] | None = None,
        account: str | None = None,
        status: str | None = None,
        outcome: Literal["pending", "success", "failure", "uncertain"] | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        format: Literal["ndjson", "csv"] | None = None,
    ) -> TextPage:
        """Stored messages for other programs, page by page: whole, or as the columns of a table."""
        answer: TextPage = self.text(
            "/v1/export",
            {
                "address": address,
                "contact": contact,
                "conversation": conversation,
                "reference": reference,
                "provider": provider,
                "discrepancy": discrepancy,
                "account": account,
                "status": status,
                "outcome": outcome,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
                "format": format,
            },
        )
        return answer

    def get_stats(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        provider: str | None = None,
        account: str | None = None,
        channel: Literal[
            "sms",
            "mms",
            "rcs",
            "whatsapp",
            "email",
            "push",
            "in_app",
            "voice",
            "voicemail",
            "webchat",
            "live_chat",
            "facebook",
            "instagram",
            "google_business",
            "tiktok",
            "other",
            "unknown",
        ]
        | None = None,
        direction: Literal["inbound", "outbound", "internal", "unknown"] | None = None,
        country: str | None = None,
        group_by: str | None = None,
    ) -> Stats:
        """Counts of stored messages: what was delivered, how fast, what failed of what, what it cost."""
        answer: Stats = self.get(
            "/v1/stats",
            {
                "from": from_,
                "to": to,
                "provider": provider,
                "account": account,
                "channel": channel,
                "direction": direction,
                "country": country,
                "group_by": group_by,
            },
        )
        return answer

    def recount(self, *, from_: str, to: str) -> RecountBegun:
        """Count days anew from what is stored, through the queue; each message is looked up."""
        answer: RecountBegun = self.post("/v1/stats/recount", {"from": from_, "to": to})
        return answer

    def list_drift(self) -> DriftList:
        """What providers answer that our tables don't know, with one redacted sample each."""
        answer: DriftList = self.get("/v1/drift")
        return answer

    def list_endpoints(self) -> EndpointList:
        """Endpoints that events go out to, and how they fare; never an address or a secret."""
        answer: EndpointList = self.get("/v1/endpoints")
        return answer

    def list_deliveries(
        self,
        name: str,
        *,
        status: Literal["delivered", "failed", "waiting"] | None = None,
        subject: str | None = None,
        since: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> DeliveryPage:
        """Attempts of the last 30 days at sending events to an endpoint, or the events that wait."""
        answer: DeliveryPage = self.get(
            f"/v1/endpoints/{path(name)}/deliveries",
            {"status": status, "subject": subject, "since": since, "cursor": cursor, "limit": limit},
        )
        return answer

    def pause_endpoint(self, name: str) -> EndpointState:
        """Send an endpoint nothing until it is resumed; what happens meanwhile waits."""
        answer: EndpointState = self.post(f"/v1/endpoints/{path(name)}/pause", {})
        return answer

    def resume_endpoint(self, name: str) -> EndpointState:
        """Send to an endpoint again, and what waited first."""
        answer: EndpointState = self.post(f"/v1/endpoints/{path(name)}/resume", {})
        return answer

    def test_endpoint(self, name: str) -> EndpointTested:
        """Send an endpoint an event of the type message_detail.endpoint.test, paused or not."""
        answer: EndpointTested = self.post(f"/v1/endpoints/{path(name)}/test", {})
        return answer

    def replay_events(
        self,
        name: str,
        *,
        event_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        status: Literal["failed", "all"] | None = None,
        dry_run: bool | None = None,
    ) -> Replayed:
        """Send events to an endpoint once more, under their ids: one, or those of a time."""
        answer: Replayed = self.post(
            f"/v1/endpoints/{path(name)}/replay",
            {"event_id": event_id, "since": since, "until": until, "status": status, "dry_run": dry_run},
        )
        return answer

    def open_session(
        self,
        *,
        scopes: Sequence[Literal["metadata", "read", "write", "admin"]] | None = None,
        seconds: int | None = None,
    ) -> SessionOpened:
        """Open a session: a token that does for a few hours what a key does, or less. No session opens another."""
        answer: SessionOpened = self.post("/v1/session", {"scopes": scopes, "seconds": seconds})
        return answer

    def who_am_i(self) -> Me:
        """Whose key or session it is, and what it may do."""
        answer: Me = self.get("/v1/me")
        return answer

    def erase_messages(
        self,
        *,
        address: str | None = None,
        contact_id: str | None = None,
        message_ids: Sequence[str] | None = None,
        provider: str | None = None,
        account: str | None = None,
        dry_run: bool | None = None,
        expected: int | None = None,
    ) -> FoundToErase | ErasureStarted:
        """Erase the stored messages of one person, in all providers: whatever a search for the same finds."""
        answer: FoundToErase | ErasureStarted = self.post(
            "/v1/erase",
            {
                "address": address,
                "contact_id": contact_id,
                "message_ids": message_ids,
                "provider": provider,
                "account": account,
                "dry_run": dry_run,
                "expected": expected,
            },
        )
        return answer

    def get_erasure(self, erase_id: str) -> ErasureProgress:
        """How far an erasure is, and the record of it once it is over."""
        answer: ErasureProgress = self.get(f"/v1/erase/{path(erase_id)}")
        return answer

    def list_rejected_webhooks(self, provider: str) -> RejectedWebhooks:
        """A sample of the webhooks that were refused in the last 7 days, and why."""
        answer: RejectedWebhooks = self.get(f"/v1/webhooks/{path(provider)}/rejected")
        return answer
