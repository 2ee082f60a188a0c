"""The console's function: one page for every screen, its files, and the headers under which nothing foreign runs."""

from __future__ import annotations

import base64
import gzip
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from message_detail.entrypoints.console import console_handler
from message_detail.entrypoints.web_files import WebFile, WebFolder
from tests.unit.container import Context
from tests.unit.entrypoints.events import http

ROOT: Final = Path(__file__).resolve().parents[3]
WEB: Final = ROOT / "web"
FOLDER: Final = WebFolder.read(WEB)
REFERENCE: Final = WebFolder.read(WEB / "reference")
handler = console_handler(beside=str(ROOT / "functions/console/app.py"))
FIRST_VIEW_BYTES: Final = 60 * 1024


def get(path: str, **headers: str) -> dict[str, Any]:
    return handler(http(path, headers=headers, scopes=None), Context())


def page_of(answer: dict[str, Any]) -> list[str]:
    """The addresses that the page names."""
    return re.findall(r'(?:href|src)="([^"]+)"', answer["body"])


@pytest.mark.parametrize(
    "screen", ["", "messages", "messages/cellcast/6a1c", "stuck", "no/such/screen", "messages/a/b/c/d"]
)
def test_every_screen_is_the_same_page(screen: str) -> None:
    answer = get(f"/console/{screen}")
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer["headers"]["cache-control"] == "no-cache"


@pytest.mark.parametrize("prefix", ["", "/stage"])
@pytest.mark.parametrize(
    ("screen", "up"),
    [
        ("", ""),
        ("messages", ""),
        ("messages/cellcast/6a1c", "../../"),
        ("messages/samva/a/b:c=d", "../../"),
        ("drift", ""),
    ],
)
def test_addresses_are_relative_to_the_screen_whatever_stands_before_the_console(
    prefix: str, screen: str, up: str
) -> None:
    """An id with an escaped slash is one folder for a browser, and two for the function, which sees it unescaped."""
    base = f"{up}_/{FOLDER.version}/"
    assert all(address.startswith(base) for address in page_of(get(f"{prefix}/console/{screen}")))


def test_the_address_without_a_slash_leads_to_the_one_with_it() -> None:
    answer = get("/console")
    assert (answer["statusCode"], answer["headers"]["location"]) == (308, "console/")


def test_a_page_that_the_browser_has_is_not_sent_again() -> None:
    tag = get("/console/")["headers"]["etag"]
    again = get("/console/", **{"if-none-match": tag})
    assert (again["statusCode"], again["body"], again["headers"]["etag"]) == (304, "", tag)
    assert get("/console/messages/a/b", **{"if-none-match": tag})["statusCode"] == 200


@pytest.mark.parametrize("name", sorted(FOLDER.files))
def test_files_are_kept_forever_and_compressed_for_who_takes_it(name: str) -> None:
    path = f"/console/_/{FOLDER.version}/{name}"
    plain, packed = get(path), get(path, **{"accept-encoding": "br, gzip;q=1.0"})
    assert plain["headers"]["cache-control"] == "public, max-age=31536000, immutable"
    assert plain["body"] == (WEB / name).read_text(encoding="utf-8")
    assert packed["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(packed["body"])).decode() == plain["body"]


@pytest.mark.parametrize("depth", ["", "messages/", "messages/cellcast/"])
def test_files_are_found_at_any_depth(depth: str) -> None:
    """An id that was typed with its slashes makes the browser count one folder more than the page knows of."""
    assert get(f"/console/{depth}_/{FOLDER.version}/app.js")["statusCode"] == 200


@pytest.mark.parametrize(
    "path",
    [
        "_/0000/app.js",
        f"_/{FOLDER.version}/no.js",
        f"_/{FOLDER.version}/../../app.py",
        f"_/{FOLDER.version}/vendor/LOCK",
    ],
)
def test_what_is_no_file_of_this_release_is_not_found(path: str) -> None:
    assert get(f"/console/{path}")["statusCode"] == 404


def test_nothing_foreign_runs_and_nothing_says_where_one_was() -> None:
    for path in ("/console/", f"/console/_/{FOLDER.version}/app.js", "/v1/docs"):
        headers = get(path)["headers"]
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert "unsafe" not in headers["content-security-policy"]
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy.get("require-trusted-types-for") == (None if path == "/v1/docs" else "'script'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "max-age" in headers["strict-transport-security"]


ON_DEMAND = {
    *("parts/bars.js", "screens/providers.js", "screens/providers/lists.js"),
    *("screens/stats.js", "screens/stats/compare.js"),
}
"""Scripts of screens that few go to: they come with the screen."""


def test_the_page_names_every_script_that_is_loaded_so_that_all_come_at_once() -> None:
    named = {address.partition(f"_/{FOLDER.version}/")[2] for address in page_of(get("/console/"))}
    assert {name for name in FOLDER.files if name.endswith(".js")} - named <= ON_DEMAND
    assert FOLDER.loaded_by("app.js")[0] == "app.js"


def test_the_first_view_is_light() -> None:
    files = [file for name, file in FOLDER.files.items() if name not in {"mail.css", *ON_DEMAND}]
    assert sum(len(base64.b64decode(file.compressed)) for file in files) <= FIRST_VIEW_BYTES


def test_no_file_names_another_host() -> None:
    """The W3C's name of SVG is a name: nothing is loaded from there."""
    for name, file in FOLDER.files.items():
        hosts = set(re.findall(r"https?://([\w.-]+)", file.text)) - {"www.w3.org"}
        assert not hosts, (name, hosts)


@pytest.mark.parametrize("prefix", ["", "/stage"])
def test_the_reference_is_a_page_of_vendored_files(prefix: str) -> None:
    answer = get(f"{prefix}/v1/docs")
    base = f"docs/_/{REFERENCE.version}/"
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (200, "no-cache")
    own = [address for address in page_of(answer) if address != "openapi.json"]
    assert all(address.startswith(base) for address in own)
    for address in own:
        file = get(f"{prefix}/v1/{address}", **{"accept-encoding": "gzip"})
        assert (file["statusCode"], file["headers"]["content-encoding"]) == (200, "gzip")


def test_a_container_that_shows_no_reference_reads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is thirty times the console's size."""
    read: list[Path] = []
    whole = WebFolder.read

    def counted(folder: Path) -> WebFolder:
        read.append(folder)
        return whole(folder)

    monkeypatch.setattr(WebFolder, "read", counted)
    fresh = console_handler(beside=str(ROOT / "functions/console/app.py"))
    fresh(http("/console/", scopes=None), Context())
    assert [folder.name for folder in read] == ["web"]


def test_without_scripts_the_page_says_what_to_do() -> None:
    assert "<noscript>" in get("/console/")["body"]


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1", encoding="utf-8")
    first = WebFolder.read(tmp_path).version
    (tmp_path / "a.js").write_text("2", encoding="utf-8")
    assert WebFolder.read(tmp_path).version != first


def test_the_same_text_is_compressed_the_same_every_time() -> None:
    assert WebFile("text", "text/plain").compressed == WebFile("text", "text/plain").compressed


def test_the_function_is_light() -> None:
    """Neither AWS's client nor the models: a page is there as fast as a function can start."""
    code = (
        "import sys; sys.path[:0] = ['layers/message_detail/python', 'functions/console']; import app; "
        "print(sorted({'boto3', 'botocore.session', 'pydantic', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
