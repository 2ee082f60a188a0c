"""What functions call, as a process of its own, so that its work is nobody's CPU time: AWS's JSON APIs and Samva.

It knows as much of DynamoDB, SQS and Secrets Manager as the measured paths use, and answers fast. What depends on
AWS's real behaviour is measured on moto or on the local stack instead.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from tests.bench.samples import usual_answer
from tests.http_servers import Handler

_SET: Final = re.compile(r"(#?\w+) = (:\w+)")
_START_SECONDS: Final = 20.0

Json = dict[str, Any]


class Refused(Exception):
    """AWS's refusal; the text is the error's code."""


class Cloud:
    """Tables and secrets, in memory."""

    def __init__(self) -> None:
        self._items: dict[str, Json] = {}
        self._secrets: dict[str, str] = {}
        self._lock = threading.Lock()

    def answer(self, action: str, given: Json) -> Json:
        """One call."""
        actions: dict[str, Callable[[Json], Json]] = {
            "GetItem": self._get,
            "BatchGetItem": self._get_many,
            "PutItem": self._put,
            "UpdateItem": self._update,
            "DeleteItem": self._delete,
            "BatchWriteItem": self._write_many,
            "CreateSecret": self._create_secret,
            "GetSecretValue": self._secret,
            "SendMessage": _sent,
            "SendMessageBatch": lambda batch: {
                "Successful": [{"Id": entry["Id"], **_sent(entry)} for entry in batch["Entries"]], "Failed": []
            },
        }  # fmt: skip
        with self._lock:
            return actions[action](given)

    def _get(self, given: Json) -> Json:
        item = self._items.get(_key(given["Key"]))
        return {} if item is None else {"Item": item}

    def _get_many(self, given: Json) -> Json:
        """Of one table."""
        ((table, asked),) = given["RequestItems"].items()
        found = [self._items[_key(key)] for key in asked["Keys"] if _key(key) in self._items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def _put(self, given: Json) -> Json:
        before = self._items.get(_key(given["Item"]))
        condition = given.get("ConditionExpression", "")
        if before is not None and "attribute_not_exists(pk)" in condition:
            raise Refused("ConditionalCheckFailedException")
        if condition == "revision = :revision":
            expected = given["ExpressionAttributeValues"][":revision"]
            if before is None or before.get("revision") != expected:
                raise Refused("ConditionalCheckFailedException")
        self._items[_key(given["Item"])] = given["Item"]
        return {}

    def _update(self, given: Json) -> Json:
        item = self._items.setdefault(_key(given["Key"]), dict(given["Key"]))
        names = given.get("ExpressionAttributeNames", {})
        for name, value in _SET.findall(given["UpdateExpression"]):
            item[names.get(name, name)] = given["ExpressionAttributeValues"][value]
        return {}

    def _delete(self, given: Json) -> Json:
        self._items.pop(_key(given["Key"]), None)
        return {}

    def _write_many(self, given: Json) -> Json:
        for requests in given["RequestItems"].values():
            for request in requests:
                for action, values in request.items():
                    {"PutRequest": self._put, "DeleteRequest": self._delete}[action](values)
        return {"UnprocessedItems": {}}

    def _create_secret(self, given: Json) -> Json:
        self._secrets[given["Name"]] = given["SecretString"]
        return {"Name": given["Name"]}

    def _secret(self, given: Json) -> Json:
        if given["SecretId"] not in self._secrets:
            raise Refused("ResourceNotFoundException")
        return {"Name": given["SecretId"], "SecretString": self._secrets[given["SecretId"]]}


def _sent(given: Json) -> Json:
    body = given["MessageBody"].encode()
    return {"MessageId": "m-1", "MD5OfMessageBody": hashlib.md5(body, usedforsecurity=False).hexdigest()}


def _key(item: Json) -> str:
    return f"{item['pk']['S']} {item['sk']['S']}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.cloud = Cloud()
        self.message = usual_answer()


class _Handler(Handler):
    server: _Server

    def do_GET(self) -> None:
        """Samva's `GET /{milliseconds}/messages/{id}`: a usual message under that id, after so long."""
        _, delay, _, message_id = urlsplit(self.path).path.split("/")
        time.sleep(int(delay) / 1000)
        self._send(200, {**self.server.message, "id": unquote(message_id)})

    def do_POST(self) -> None:
        """AWS."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            self._send(200, self.server.cloud.answer(self.headers["X-Amz-Target"].rpartition(".")[2], given))
        except Refused as error:
            self._send(400, {"__type": f"com.amazonaws#{error}", "message": "refused"})

    def _send(self, status: int, value: Json) -> None:
        self.answer(status, {"Content-Type": "application/json"}, json.dumps(value).encode())


@contextmanager
def upstream() -> Iterator[str]:
    """The address of a running one, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.upstream"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        try:
            process.wait(_START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def main() -> None:
    """Serve until standard input ends, as it does when the parent is gone, however it went."""
    server = _Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
