"""Access and refresh tokens kept between runs with accounts of one's own.

The emulator forgets its table when it ends; a rotated refresh token must not be forgotten, since the one that the
accounts file holds died with its first use. On AWS the table itself keeps it.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

SAVE_SECONDS = 1.0


class TokenFile:
    """The table's tokens in a file beside the accounts file, readable by its owner only."""

    def __init__(self, accounts_file: Path, client: Any, table: str) -> None:
        self.path = accounts_file.with_name(accounts_file.name + ".tokens.json")
        self._client = client
        self._table = table
        self._saved = ""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep_saving, name="tokens", daemon=True)

    def start(self) -> None:
        """Puts the file's tokens into the table, and from now on the table's into the file."""
        if self.path.is_file():
            self._saved = self.path.read_text(encoding="utf-8")
            for item in json.loads(self._saved):
                self._client.put_item(TableName=self._table, Item=item)
        self._thread.start()

    def close(self) -> None:
        """Saves for the last time."""
        self._end.set()
        self._thread.join()
        self._save()

    def _keep_saving(self) -> None:
        while not self._end.wait(SAVE_SECONDS):
            self._save()

    def _save(self) -> None:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="sk = :token AND attribute_exists(access_token)",
            ExpressionAttributeValues={":token": {"S": "token"}},
        )
        items = (item for page in pages for item in page["Items"])
        kept = [{name: value for name, value in item.items() if not name.startswith("lease_")} for item in items]
        text = json.dumps(sorted(kept, key=lambda item: str(item["pk"])), indent=1)
        if text == self._saved or not kept:
            return
        # Written whole beside the old one, then put in its place: a crash leaves one of the two.
        fresh = self.path.with_name(self.path.name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(self.path)
        self._saved = text
