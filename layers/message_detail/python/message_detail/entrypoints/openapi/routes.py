"""Every route of the API: what it takes, what it answers, what can go wrong."""

from __future__ import annotations

from typing import Any, Final

from message_detail.domain.explanation.model import Explanation
from message_detail.domain.message import Message
from message_detail.domain.scopes import ADMIN, METADATA, READ, WRITE
from message_detail.entrypoints import answers, endpoint_answers, lookup_answers, stats_answers
from message_detail.entrypoints.openapi.parts import ANY, PRIVATE, TEXT, VALIDATORS, Answered, Route, kept
from message_detail.services.endpoint_requests import DeliveryParameters, ReplayRequest
from message_detail.services.erase_request import EraseRequest
from message_detail.services.requests import (
    DeadLetterParameters,
    LatestParameters,
    LookupParameters,
    RawParameters,
    RedriveRequest,
    RefreshRequest,
    ResumeRequest,
    SessionRequest,
    SyncRequest,
    TimelineParameters,
)
from message_detail.services.search_query import ExportParameters, SearchParameters
from message_detail.services.stats_request import RecountRequest, StatsParameters
from message_detail.services.text_search import TextParameters

PAGE: Final = {**TEXT, "examples": ["<!doctype html>…"]}
_WEBHOOK: Final[dict[str, Any]] = {
    "method": "post",
    "summary": "A provider's webhook; authenticated as that provider's are, not by API key",
    "scope": None,
    "body": {"type": "object", "examples": [{"message_id": "6752b76d5e000000000000000"}]},
    "needs_body": True,
    "answers": {
        200: Answered(
            "Taken in, or of no interest; a vendor that wants another answer gets that one.", answers.WebhookTaken
        )
    },
    "problems": (400, 401, 413, 429, 503),
}

ROUTES: Final = (
    Route(
        method="get",
        path="/v1/messages",
        name="listMessages",
        summary="Stored messages, newest first",
        scope=METADATA,
        query=SearchParameters,
        answers={200: Answered("One page.", answers.MessagePage, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/search",
        name="search",
        summary="Whatever is stored that a text names: by id, address, conversation or reference",
        scope=METADATA,
        query=TextParameters,
        answers={200: Answered("What was found.", answers.SearchResult, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/messages/{provider}/{message_id}",
        name="getMessage",
        summary="One message: from the store if young enough, else from its provider",
        scope=METADATA,
        query=LookupParameters,
        request_headers=("If-None-Match",),
        answers={
            200: Answered("The message.", Message, VALIDATORS),
            304: Answered("The caller has this very message (If-None-Match).", headers=VALIDATORS),
        },
        problems=(502, 504),
    ),
    Route(
        method="get",
        path="/v1/messages/{provider}/{message_id}/explanation",
        name="explainMessage",
        summary="What happened to a message in a sentence, how we know, whether to send it again, and what to do",
        scope=METADATA,
        query=LookupParameters,
        request_headers=("If-None-Match",),
        answers={
            200: Answered("The explanation.", Explanation, VALIDATORS),
            304: Answered("The caller has this very explanation (If-None-Match).", headers=VALIDATORS),
        },
        problems=(502, 504),
    ),
    Route(
        method="get",
        path="/v1/messages/{provider}/{message_id}/timeline",
        name="getTimeline",
        summary="Every status that a stored message was seen at, oldest first; with journal=true what led to them, too",
        scope=METADATA,
        query=TimelineParameters,
        answers={200: Answered("The events.", lookup_answers.Timeline, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/messages/{provider}/{message_id}/raw",
        name="getRaw",
        summary="What the provider last answered about a stored message, secrets blanked",
        scope=READ,
        query=RawParameters,
        answers={200: Answered("The answer.", lookup_answers.Raw, PRIVATE)},
    ),
    Route(
        method="post",
        path="/v1/messages/{provider}/refresh",
        name="refreshMessages",
        summary="Fetch messages anew, through the queue",
        scope=WRITE,
        body=RefreshRequest,
        needs_body=True,
        answers={202: Answered("All are queued.", answers.Accepted)},
    ),
    Route(
        method="get",
        path="/v1/providers",
        name="listProviders",
        summary="Providers, the accounts that have been used, and how they fare",
        scope=METADATA,
        answers={200: Answered("All providers.", answers.Providers, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/providers/{provider}/dead-letters",
        name="listDeadLetters",
        summary="Tasks that died and wait to be brought back, and why they died; they stay where they are",
        scope=METADATA,
        query=DeadLetterParameters,
        answers={200: Answered("The newest of those that were found first.", answers.DeadLetterList, PRIVATE)},
    ),
    Route(
        method="post",
        path="/v1/providers/{provider}/redrive",
        name="redrive",
        summary="Move dead letters back to the queue",
        scope=WRITE,
        body=RedriveRequest,
        answers={202: Answered("How many, and why they had died.", answers.Redriven)},
    ),
    Route(
        method="post",
        path="/v1/providers/{provider}/resume",
        name="resumeAccount",
        summary="End an account's cool-down and close its circuit, so that the provider is called again at once",
        scope=WRITE,
        body=ResumeRequest,
        answers={200: Answered("How the account stands now.", answers.AccountStanding)},
    ),
    Route(
        method="post",
        path="/v1/providers/{provider}/sync",
        name="startSync",
        summary="List the provider's messages through the queue and store each; while one is running, that one goes on",
        scope=WRITE,
        body=SyncRequest,
        answers={202: Answered("The sync's id.", answers.SyncStarted)},
    ),
    Route(
        method="get",
        path="/v1/providers/{provider}/sync",
        name="listSyncs",
        summary="The latest syncs of the last 30 days, and how far each is",
        scope=METADATA,
        query=LatestParameters,
        answers={200: Answered("The newest first.", answers.SyncList, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/providers/{provider}/sync/{sync_id}",
        name="getSync",
        summary="How far a sync is",
        scope=METADATA,
        answers={200: Answered("The progress.", answers.SyncProgress)},
    ),
    Route(
        method="get",
        path="/v1/export",
        name="exportMessages",
        summary="Stored messages for other programs, page by page: whole, or as the columns of a table",
        scope=READ,
        query=ExportParameters,
        answers={
            200: Answered(
                "One page. Its header `Link` (`rel=next`) leads to the next one; the last one has none.",
                {**TEXT, "examples": ['{"schema_version":"1","id":"…"}\n']},
                PRIVATE,
                "application/x-ndjson",
                ("text/csv",),
            )
        },
    ),
    Route(
        method="get",
        path="/v1/stats",
        name="getStats",
        summary="Counts of stored messages: what was delivered, how fast, what failed of what, what it cost",
        scope=METADATA,
        query=StatsParameters,
        answers={200: Answered("The counts.", stats_answers.Stats, PRIVATE)},
    ),
    Route(
        method="post",
        path="/v1/stats/recount",
        name="recount",
        summary="Count days anew from what is stored, through the queue; each message is looked up",
        scope=ADMIN,
        body=RecountRequest,
        needs_body=True,
        answers={202: Answered("The days.", stats_answers.RecountBegun)},
    ),
    Route(
        method="get",
        path="/v1/drift",
        name="listDrift",
        summary="What providers answer that our tables don't know, with one redacted sample each",
        scope=METADATA,
        answers={200: Answered("The last 30 days.", answers.DriftList, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/endpoints",
        name="listEndpoints",
        summary="Endpoints that events go out to, and how they fare; never an address or a secret",
        scope=METADATA,
        answers={200: Answered("All endpoints.", endpoint_answers.EndpointList, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/endpoints/{name}/deliveries",
        name="listDeliveries",
        summary="Attempts of the last 30 days at sending events to an endpoint, or the events that wait",
        scope=METADATA,
        query=DeliveryParameters,
        answers={200: Answered("One page.", endpoint_answers.DeliveryPage, PRIVATE)},
        problems=(404,),
    ),
    *(
        Route(
            method="post",
            path=f"/v1/endpoints/{{name}}/{action}",
            name=f"{action}Endpoint",
            summary=summary,
            scope=WRITE,
            answers={200: Answered("How the endpoint stands now.", endpoint_answers.EndpointState)},
            problems=(404,),
        )
        for action, summary in (
            ("pause", "Send an endpoint nothing until it is resumed; what happens meanwhile waits"),
            ("resume", "Send to an endpoint again, and what waited first"),
        )
    ),
    Route(
        method="post",
        path="/v1/endpoints/{name}/test",
        name="testEndpoint",
        summary="Send an endpoint an event of the type message_detail.endpoint.test, paused or not",
        scope=WRITE,
        answers={200: Answered("How the attempt ended.", endpoint_answers.EndpointTested)},
        problems=(404,),
    ),
    Route(
        method="post",
        path="/v1/endpoints/{name}/replay",
        name="replayEvents",
        summary="Send events to an endpoint once more, under their ids: one, or those of a time",
        scope=WRITE,
        body=ReplayRequest,
        needs_body=True,
        answers={202: Answered("How many are queued; with dry_run, how many would be.", endpoint_answers.Replayed)},
        problems=(404,),
    ),
    Route(
        method="post",
        path="/v1/session",
        name="openSession",
        summary="Open a session: a token that does for a few hours what a key does, or less. No session opens another",
        scope=ANY,
        body=SessionRequest,
        answers={201: Answered("The token.", answers.SessionOpened)},
    ),
    Route(
        method="get",
        path="/v1/me",
        name="whoAmI",
        summary="Whose key or session it is, and what it may do",
        scope=ANY,
        answers={200: Answered("Who asks.", answers.Me)},
    ),
    Route(
        method="post",
        path="/v1/erase",
        name="eraseMessages",
        summary="Erase the stored messages of one person, in all providers: whatever a search for the same finds",
        scope=ADMIN,
        body=EraseRequest,
        needs_body=True,
        answers={
            200: Answered("With dry_run: what would be erased.", answers.FoundToErase),
            202: Answered("The erasure's id, and what it has found.", answers.ErasureStarted),
        },
    ),
    Route(
        method="get",
        path="/v1/erase/{erase_id}",
        name="getErasure",
        summary="How far an erasure is, and the record of it once it is over",
        scope=ADMIN,
        answers={200: Answered("The progress.", answers.ErasureProgress, PRIVATE)},
    ),
    Route(
        method="get",
        path="/v1/webhooks/{provider}/rejected",
        name="listRejectedWebhooks",
        summary="A sample of the webhooks that were refused in the last 7 days, and why",
        scope=METADATA,
        answers={200: Answered("The newest first, at most 100.", answers.RejectedWebhooks, PRIVATE)},
    ),
    Route(path="/v1/webhooks/{provider}", name="receiveWebhook", **_WEBHOOK),
    Route(path="/v1/webhooks/{provider}/{account}", name="receiveAccountWebhook", **_WEBHOOK),
    Route(
        method="get",
        path="/v1/health",
        name="health",
        summary="Whether the API serves",
        scope=None,
        answers={200: Answered("Whether the API serves.", answers.Health)},
    ),
    Route(
        method="get",
        path="/v1/openapi.json",
        name="openapi",
        summary="This document",
        scope=None,
        answers={
            200: Answered(
                "This document.",
                {
                    "type": "object",
                    "properties": {"openapi": TEXT},
                    "required": ["openapi"],
                    "examples": [{"openapi": "3.1.0"}],
                },
                kept("public, max-age=300"),
            )
        },
    ),
    Route(
        method="get",
        path="/v1/schemas/{schema_name}",
        name="getSchema",
        summary="The JSON Schema of a message, or of the events that go out",
        scope=None,
        answers={
            200: Answered(
                "The schema.",
                {"type": "object", "examples": [{"type": "object"}]},
                kept("public, max-age=300"),
                "application/schema+json",
            )
        },
        problems=(404,),
    ),
    Route(
        method="get",
        path="/v1/docs",
        name="docs",
        summary="The documentation page",
        scope=None,
        answers={200: Answered("A page that shows this document.", PAGE, kept("no-cache"), "text/html")},
    ),
    Route(
        method="get",
        path="/console/",
        name="console",
        summary="The web console; every address below it is one of its screens",
        scope=None,
        request_headers=("If-None-Match",),
        answers={
            200: Answered(
                "The page, which signs in and does the rest by this API.", PAGE, kept("no-cache"), "text/html"
            ),
            304: Answered("The caller has this very page (If-None-Match).", headers=kept("no-cache")),
        },
    ),
)
