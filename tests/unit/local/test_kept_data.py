"""What `make run DATA=…` keeps is there again next time, for its owner only."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any, cast

import pytest

from local.kept_data import KeptData
from local.options import OptionError, read_options
from local.stack import LocalStack
from tests.unit.aws import client, world
from tests.unit.conftest import SHAPE

ROW = {"pk": {"S": "message#x"}, "sk": {"S": "message"}, "raw": {"B": b"\x00\xff"}, "n": {"N": "1"}}
TASK = {"MessageBody": "{}", "MessageAttributes": {"reason": {"DataType": "String", "StringValue": "why"}}}


class Stack:
    """As much of a running stack as is kept, in moto; the emulator's look at a queue is SQS's own."""

    stack_name, table_name, bucket_name = "local", "rows", "texts"

    def __init__(self) -> None:
        self.emulator = self
        self.client("dynamodb").create_table(TableName=self.table_name, **SHAPE)
        self.client("s3").create_bucket(Bucket=self.bucket_name)
        self.queue_urls = self.task_queue_urls = {"alpha": self._queue("alpha")}
        self.dead_letter_queue_urls = {"alpha": self._queue("dead")}
        self.put_secret("api-keys", {"keys": [{"id": "local", "sha256": "of this run"}]})

    def client(self, service: str) -> Any:
        return client(service)

    def put_secret(self, name: str, value: Any) -> None:
        secrets, text = self.client("secretsmanager"), json.dumps(value)
        try:
            secrets.create_secret(Name=f"local/{name}", SecretString=text)
        except secrets.exceptions.ResourceExistsException:
            secrets.put_secret_value(SecretId=f"local/{name}", SecretString=text)

    def keys(self) -> Any:
        return json.loads(self.client("secretsmanager").get_secret_value(SecretId="local/api-keys")["SecretString"])

    def held(self, url: str) -> list[dict[str, Any]]:
        answer = self.client("sqs").receive_message(
            QueueUrl=url, VisibilityTimeout=0, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [{"MessageAttributes": {}, **message} for message in answer.get("Messages", [])]

    def _queue(self, name: str) -> str:
        return str(self.client("sqs").create_queue(QueueName=name)["QueueUrl"])


def kept(folder: Path) -> tuple[Stack, KeptData]:
    stack = Stack()
    return stack, KeptData(folder, cast(LocalStack, stack))


def test_rows_texts_tasks_and_keys_are_there_again(tmp_path: Path) -> None:
    with world():
        stack, data = kept(tmp_path / "data")
        data.start()
        client("dynamodb").put_item(TableName="rows", Item=ROW)
        client("s3").put_object(Bucket="texts", Key="messages/a", Body=b"\xfftext", Tagging="keep=7")
        client("sqs").send_message(QueueUrl=stack.queue_urls["alpha"], **TASK)
        client("sqs").send_message(QueueUrl=stack.dead_letter_queue_urls["alpha"], **TASK)
        stack.put_secret("api-keys", {"keys": [{"id": "local"}, {"id": "mine"}], "session": "secret"})
        since = data.since()
        data.close()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()} == {0o600}
    with world():
        stack, data = kept(tmp_path / "data")
        data.start()
        assert client("dynamodb").scan(TableName="rows")["Items"] == [ROW]
        assert client("s3").get_object(Bucket="texts", Key="messages/a")["Body"].read() == b"\xfftext"
        assert client("s3").get_object_tagging(Bucket="texts", Key="messages/a")["TagSet"] == [
            {"Key": "keep", "Value": "7"}
        ]
        for url in (stack.queue_urls["alpha"], stack.dead_letter_queue_urls["alpha"]):
            [task] = stack.held(url)
            assert (task["Body"], task["MessageAttributes"]["reason"]["StringValue"]) == ("{}", "why")
        assert stack.keys() == {"keys": [{"id": "local", "sha256": "of this run"}, {"id": "mine"}], "session": "secret"}
        assert data.since() == since
        data.close()


def test_the_key_of_the_run_before_is_the_key(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("kept-key\n", encoding="utf-8")
    assert read_options({"DATA": str(tmp_path)}).key == "kept-key"
    assert read_options({"DATA": str(tmp_path), "API_KEY": "given"}).key == "given"
    assert read_options({"DATA": str(tmp_path / "new")}).data == tmp_path / "new"


def test_a_file_is_no_folder_for_data(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OptionError, match="DATA must be a folder"):
        read_options({"DATA": str(tmp_path / "file")})
