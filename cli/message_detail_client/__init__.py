"""A small client of message-detail's API, typed by its OpenAPI document. It needs httpx and nothing else.

    from message_detail_client import ApiError, Client

    with Client("https://abc123.execute-api.eu-central-1.amazonaws.com", key) as client:
        message = client.get_message("cellcast", "6a1c0de5f0aa11bb22cc33dd", max_age=0)
        print(message["status"], message["timestamps"]["delivered"])
        for found in client.pages(client.list_messages, status="failed,bounced", since="2026-06-01T00:00:00Z"):
            print(found["id"])

An answer that says no is an ApiError with `code`, `status` and `retry_after`. One with `Retry-After` is waited for and
asked again, a bounded number of times and seconds.
"""

from message_detail_client.client import Client
from message_detail_client.connection import ApiError, NotTheApi, Patience, TextPage, Unreachable

__all__ = ["ApiError", "Client", "NotTheApi", "Patience", "TextPage", "Unreachable"]
