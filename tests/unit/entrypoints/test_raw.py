"""GET /v1/messages/{provider}/{message_id}/raw: the provider's own words, to those who may read them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from message_detail import providers
from message_detail.adapters.aws import message_rows
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.providers import tables_version
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.aws import client
from tests.unit.conftest import unpacked
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import NATIVE_ID, answer, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}"
SECRET = "hidden-7f3a9c"
handler = lookup_handler(PROVIDER)


def get(path: str = PATH, **event: Any) -> dict[str, Any]:
    return handler(http(path, **event), Context())


def raw(query: str = "", **event: Any) -> dict[str, Any]:
    return fits(get(f"{PATH}/raw", query=query, **event), "GET /v1/messages/{provider}/{message_id}/raw")


def rows(cloud: Cloud) -> list[dict[str, Any]]:
    """The rows of messages, unpacked."""
    return [one for one in unpacked(cloud.dynamodb) if one["sk"]["S"] == "message"]


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def test_what_the_provider_last_answered_is_shown_without_a_call(cloud: Cloud) -> None:
    cloud.vendor.then(says(unseen={"field": 7, "api_key": SECRET}))
    message = body_of(get())
    calls = len(cloud.vendor.requests)
    response = raw()
    assert (response["statusCode"], response["headers"]["cache-control"]) == (200, "private")
    body = body_of(response)
    assert len(cloud.vendor.requests) == calls
    assert body["fetched_at"] == message["provenance"]["fetched_at"]
    assert body["mapping"] == message["provenance"]["mapping"] == tables_version("cellcast")
    assert body["left_out"] == []
    told = answer()["data"]
    assert {name: body["document"][name] for name in told} == told
    assert body["document"]["unseen"]["field"] == 7
    assert SECRET not in response["body"]


def test_secrets_are_not_in_the_table_either(cloud: Cloud) -> None:
    cloud.vendor.then(says(unseen={"authorization": f"Bearer {SECRET}"}))
    get()
    (item,) = rows(cloud)
    assert "authorization" in item["raw"]["S"]
    assert SECRET not in repr(item)


def test_a_later_answer_takes_the_place_of_the_one_before(cloud: Cloud) -> None:
    get()
    cloud.vendor.then(says(status="delivered", updatedAt="2026-06-01T10:00:00.000Z"))
    get(query="max_age=0")
    assert body_of(raw())["document"]["status"] == "delivered"


def test_where_nothing_is_kept_it_is_404(cloud: Cloud) -> None:
    assert "look it up first" in assert_problem(raw(), 404, "message_not_found")["detail"]
    assert cloud.vendor.requests == []
    assert_problem(raw("account=other"), 404, "unknown_account")


def test_an_account_that_keeps_no_content_keeps_no_answer(cloud: Cloud) -> None:
    cloud.put_account("bare", token="key-of-the-tests", store_content="none")
    assert get(query="account=bare")["statusCode"] == 200
    detail = assert_problem(raw("account=bare"), 404, "message_not_found")["detail"]
    assert "store_content" in detail
    (item,) = rows(cloud)
    assert not item.keys() & {"raw", "raw_place"}


@pytest.mark.parametrize(
    ("scopes", "status"), [("metadata", 403), ("metadata write admin", 403), (None, 401), ("", 403)]
)
def test_it_takes_the_scope_to_read_all(cloud: Cloud, scopes: str | None, status: int) -> None:
    get()
    assert raw(scopes=scopes)["statusCode"] == status


@pytest.mark.parametrize("query", ["account=a&account=b", "account=a%20b", "max_age=0", "pointer=", "pointer=id"])
def test_a_bad_query_is_refused(cloud: Cloud, query: str) -> None:
    get()
    assert_problem(raw(query), 400, "invalid_request")


def test_a_place_of_it_can_be_asked_for(cloud: Cloud) -> None:
    unusual: dict[str, Any] = {"a/b": [{"~": "x"}]}
    cloud.vendor.then(says(**unusual))
    get()
    assert body_of(raw(f"pointer={quote('/a~1b/0/~0', safe='')}"))["document"] == "x"
    assert_problem(raw(f"pointer={quote('/a~1b/1', safe='')}"), 400, "invalid_request")


def test_what_is_too_large_for_an_answer_is_told_and_can_be_asked_for(cloud: Cloud) -> None:
    texts: dict[str, Any] = {"one": '"' * 900_000, "two": "\n" * 900_000}
    cloud.vendor.then(says(**texts))
    get()
    response = raw()
    body = body_of(response)
    assert len(json.dumps(response)) < 6_000_000
    (place,) = body["left_out"]
    assert body["document"][place[1:]] is None
    part = body_of(raw(f"pointer={quote(place, safe='')}"))
    assert (part["document"], part["left_out"]) == (texts[place[1:]], [])


def test_one_that_is_gone_from_the_bucket_is_404(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_rows, "LARGEST_RAW", 10)
    get()
    assert raw()["statusCode"] == 200
    bucket = client("s3")
    for found in bucket.list_objects_v2(Bucket="contents")["Contents"]:
        bucket.put_object(Bucket="contents", Key=found["Key"], Body=b"another")
    assert_problem(raw(), 404, "message_not_found")


def test_an_id_with_slashes_has_one(cloud: Cloud) -> None:
    cloud.vendor.then(says(_id="a/b"))
    get("/v1/messages/cellcast/a%2Fb")
    assert get("/v1/messages/cellcast/a%2Fb/raw")["statusCode"] == 200


def test_the_version_of_the_tables_is_another_once_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        tables_version.cache_clear()
        return tables_version(name)

    before = {name: version(name) for name in providers.names()}
    assert len(set(before.values())) == len(before)
    folder = tmp_path / "providers"
    shutil.copytree(providers.__path__[0], folder)
    monkeypatch.setattr(providers, "__path__", [str(folder)])
    assert {name: version(name) for name in before} == before
    with (folder / "cellcast" / "mapping.py").open("a", encoding="utf-8") as file:
        file.write("#")
    assert {name for name in before if version(name) != before[name]} == {"cellcast"}
    with (folder / "base" / "parties.py").open("a", encoding="utf-8") as file:
        file.write("#")
    assert all(version(name) != before[name] for name in before)
    tables_version.cache_clear()
