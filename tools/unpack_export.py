"""Makes lines of JSON of a table that DynamoDB has exported to S3: messages and their events, for Athena, DuckDB …

    aws s3 sync s3://BUCKET/AWSDynamoDB/EXPORT/data export
    PYTHONPATH=layers/message_detail/python python -m tools.unpack_export export --out lines

The rows of the table are packed (docs/decisions/packed-rows.md), which no query engine reads. What is erased or has
expired is left out. Files are read one after the other: run one for each part of the files where there are many.
docs/analytics.md says what the lines hold.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from botocore.exceptions import ClientError

from message_detail.adapters.aws.attributes import Item, get_number
from message_detail.adapters.aws.key_schema import MESSAGE
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_rows import read
from message_detail.adapters.aws.message_store import id_of_row
from message_detail.domain import json_codec
from message_detail.domain.message import Message
from message_detail.domain.statistics.facts import facts_of
from message_detail.domain.timeline import MessageState

MESSAGES: Final = "messages.ndjson"
EVENTS: Final = "events.ndjson"


class NoBucket:
    """Stands for the bucket of large texts, of which none is fetched: they are null, and said to be lost."""

    def get_object(self, **_: Any) -> Any:
        """There is none."""
        raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")


def rows(folder: Path) -> Iterator[Item]:
    """The items in an export's files, as the table has them."""
    for path in sorted(folder.rglob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)["Item"]
                yield {name: _bytes(value) for name, value in item.items()}


def unpack_all(folder: Path, out: Path, now: float) -> tuple[int, int]:
    """Writes the lines of an export; how many messages and events."""
    contents = LargeValues(NoBucket, "")  # type: ignore[arg-type]
    out.mkdir(parents=True, exist_ok=True)
    messages = events = 0
    with _lines_of(out / MESSAGES) as message_lines, _lines_of(out / EVENTS) as event_lines:
        for item in rows(folder):
            state = read(item, contents)[0] if _is_shown(item, now) else None
            if state is None or state.message is None:
                continue
            message_lines.write(_line(_message(state, state.message, str(item["sort_at"]["S"]))))
            messages += 1
            for event in _events(state, id_of_row(item)):
                event_lines.write(_line(event))
                events += 1
    return messages, events


def main() -> None:
    """Unpacks what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.unpack_export")
    parser.add_argument("folder", type=Path, help="where the export's files are: *.json.gz")
    parser.add_argument("--out", type=Path, required=True, help="where the lines are written")
    arguments = parser.parse_args()
    messages, events = unpack_all(arguments.folder, arguments.out, time.time())
    print(f"{messages} messages and {events} events in {arguments.out}")


def _lines_of(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8")


def _bytes(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if "B" in value else value


def _is_shown(item: Item, now: float) -> bool:
    expires_at = get_number(item, "expires_at")
    is_message = item["pk"]["S"].startswith(MESSAGE.prefix) and item["sk"]["S"] == MESSAGE.sk
    return is_message and "erased" not in item and (expires_at is None or expires_at > now)


def _message(state: MessageState, message: Message, sort_at: str) -> dict[str, Any]:
    """A message with what statistics know of it besides."""
    facts = facts_of(message, state.top, state.discrepant)
    costs = list(facts.amounts.items())
    unit, amount = costs[0] if len(costs) == 1 else (None, None)
    return {
        **message.as_json(),
        "listed_at": sort_at,
        "country": facts.country,
        "discrepancy": facts.discrepancy,
        "cost_amount": str(amount) if amount is not None else None,
        "cost_unit": unit or None,
    }


def _events(state: MessageState, message_id: str) -> Iterator[dict[str, Any]]:
    for event in state.timeline:
        yield {"message_id": message_id, "standing": event == state.top, **event.model_dump(mode="json")}


def _line(value: Any) -> str:
    return f"{json_codec.dumps(value)}\n"


if __name__ == "__main__":
    main()
