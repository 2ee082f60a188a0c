"""What is kept between runs in a folder: the table's rows, the content bucket's texts, the queues' tasks, the keys.

Saved every half minute and at the end, each file whole beside the old one and then in its place, so that a crash leaves
one of the two. Accounts are not kept: those of simulators are new in each run, those of one's own stand in their file.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from local.stack import LocalStack

SAVE_SECONDS: Final = 30.0
API_KEYS: Final = "api-keys"
_BATCH: Final = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""


class KeptData:
    """A folder's data: restored into a stack that has started, saved while it runs and when it ends."""

    def __init__(self, folder: Path, stack: LocalStack) -> None:
        self._folder = folder
        self._stack = stack
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep_saving, name="data", daemon=True)

    def start(self) -> None:
        """Put into the stack what the folder holds, and save from now on."""
        self._restore_rows()
        self._restore_texts()
        self._restore_tasks()
        self._restore_keys()
        self._thread.start()

    def close(self) -> None:
        """Save for the last time."""
        self._end.set()
        self._thread.join()
        self.save()

    def since(self) -> datetime:
        """When the folder was first used."""
        found = self._read("since")
        if found is None:
            found = datetime.now(UTC).isoformat()
            self._write("since", found)
        return datetime.fromisoformat(found)

    def save(self) -> None:
        """The folder holds what the stack holds now."""
        pages = self._stack.client("dynamodb").get_paginator("scan").paginate(TableName=self._stack.table_name)
        self._write("rows", [item for page in pages for item in page["Items"]])
        self._write("texts", list(self._texts()))
        self._write("tasks", self._tasks())
        secret = self._stack.client("secretsmanager").get_secret_value(SecretId=f"{self._stack.stack_name}/{API_KEYS}")
        self._write("keys", json.loads(secret["SecretString"]))

    def _keep_saving(self) -> None:
        while not self._end.wait(SAVE_SECONDS):
            self.save()

    def _restore_rows(self) -> None:
        rows = self._read("rows") or []
        for start in range(0, len(rows), _BATCH):
            puts = [{"PutRequest": {"Item": row}} for row in rows[start : start + _BATCH]]
            while puts:
                request = {self._stack.table_name: puts}
                answer = self._stack.client("dynamodb").batch_write_item(RequestItems=request)
                puts = answer.get("UnprocessedItems", {}).get(self._stack.table_name, [])

    def _restore_texts(self) -> None:
        for text in self._read("texts") or []:
            self._stack.client("s3").put_object(Bucket=self._stack.bucket_name, **text)

    def _restore_tasks(self) -> None:
        urls = self._queues()
        for name, tasks in (self._read("tasks") or {}).items():
            for task in tasks if name in urls else ():
                self._stack.client("sqs").send_message(QueueUrl=urls[name], **task)

    def _restore_keys(self) -> None:
        """The keys that were there, but those of this run as this run has them."""
        client, name = self._stack.client("secretsmanager"), f"{self._stack.stack_name}/{API_KEYS}"
        now = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
        kept = self._read("keys") or {}
        own = {key["id"] for key in now["keys"]}
        keys = [*now["keys"], *(key for key in kept.get("keys", ()) if key["id"] not in own)]
        self._stack.put_secret(API_KEYS, {**now, **kept, "keys": keys})

    def _texts(self) -> Iterator[dict[str, Any]]:
        s3, bucket = self._stack.client("s3"), self._stack.bucket_name
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", ()):
                answer = s3.get_object(Bucket=bucket, Key=found["Key"])
                tags = s3.get_object_tagging(Bucket=bucket, Key=found["Key"])["TagSet"]
                yield {
                    "Key": found["Key"],
                    "Body": answer["Body"].read(),
                    "ContentType": answer["ContentType"],
                    "Tagging": "&".join(f"{tag['Key']}={tag['Value']}" for tag in tags),
                }

    def _tasks(self) -> dict[str, list[dict[str, Any]]]:
        return {
            name: [
                {"MessageBody": task["Body"], "MessageAttributes": task["MessageAttributes"]}
                for task in self._stack.emulator.held(url)
            ]
            for name, url in self._queues().items()
        }

    def _queues(self) -> Mapping[str, str]:
        dead = {f"{name}-dead": url for name, url in self._stack.dead_letter_queue_urls.items()}
        return {**self._stack.task_queue_urls, **dead}

    def _read(self, name: str) -> Any:
        path = self._folder / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8"), object_hook=_bytes_of) if path.is_file() else None

    def _write(self, name: str, value: Any) -> None:
        write_private(self._folder / f"{name}.json", json.dumps(value, default=_text_of))


def write_private(path: Path, text: str) -> None:
    """A file that only its owner reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _text_of(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"a {type(value).__name__} can't be kept")


def _bytes_of(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["base64"]) if value.keys() == {"base64"} else value
