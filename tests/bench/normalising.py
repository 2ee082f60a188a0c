"""From Samva's largest answer to a message, pydantic included, against parsing its JSON."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Final

from tests.bench import child
from tests.bench.measure import Measure, at_most, median, ratios, spread
from tests.bench.samples import largest_answer
from tests.bench.warm import in_turn

#: The ratio on the day of the first measurement, which the goal halves.
START: Final = 39.0
CALLS: Final = 10
#: Answers in turn: more than anything that is kept of the ones before.
DIFFERENT: Final = 1_000


def measure() -> Iterator[Measure]:
    """The ratio."""
    found = child.run("tests.bench.normalising")
    ours, parsing = found["ours"], found["parsing"]
    each = ratios(ours, parsing)
    note = (
        f"{median(ours) * 1000 / CALLS:.0f} µs to {median(parsing) * 1000 / CALLS:.0f} µs for {found['bytes']} bytes; "
        f"at the start {START:.0f}; quartiles {spread(each)}"
    )
    name = "normalising the largest Samva message, pydantic included / json.loads of it"
    yield at_most(5, name, median(each), START / 2, note=note)


def main() -> None:
    """In the child."""
    child.hide()
    from message_detail.domain import json_codec
    from message_detail.providers.base.account import build
    from message_detail.providers.base.provider import Context
    from message_detail.providers.samva.provider import PROVIDER

    text = json.dumps(largest_answer()).encode()
    documents = itertools.cycle([json_codec.loads(one) for one in _others(text.decode())])
    document = next(documents)
    account = build("samva", "default", {"api_key": "bench"}, PROVIDER.schema)
    context = Context(account, document["id"], "2026-06-01T12:00:00.000Z")

    def ours() -> None:
        for _ in range(CALLS):
            PROVIDER.normalize(next(documents), context)

    def parsing() -> None:
        for _ in range(CALLS):
            json.loads(text)

    first, second = in_turn(ours, parsing)
    child.give({"ours": first, "parsing": second, "bytes": len(text)})


def _others(text: str) -> list[str]:
    """The answer with other times and other addresses in each: no two messages have the same."""
    return [
        text.replace("T14:15:22Z", f"T{number // 60:02}:{number % 60:02}:22Z").replace('"string"', f'"strin{number}"')
        for number in range(DIFFERENT)
    ]


if __name__ == "__main__":
    main()
