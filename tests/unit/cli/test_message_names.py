"""Messages on the command line: by provider and id, by whole id, several, and from standard input."""

from __future__ import annotations

import httpx
import pytest

from tests.unit.cli.conftest import Shell, problem, sent

ANSWERS = {
    "lookup": {"id": "x", "status": "sent", "outcome": "pending", "final": False},
    "explain": {"sentence": "Sent."},
    "timeline": {"items": []},
    "raw": {"document": {}},
}
TAILS = {"lookup": "", "explain": "/explanation", "timeline": "/timeline", "raw": "/raw"}


def asked(shell: Shell) -> list[str]:
    return [request.url.raw_path.decode() for request in shell.requests]


@pytest.mark.parametrize("command", ANSWERS)
def test_a_whole_id_stands_for_provider_account_and_id(shell: Shell, command: str) -> None:
    shell.says(httpx.Response(200, json=ANSWERS[command]))
    for words in (
        ("cellcast:eu:a:b/c",),
        ("cellcast", "a:b/c", "--account", "eu"),
        ("cellcast", "--account", "eu", "a:b/c"),
        ("--account", "eu", "cellcast", "a:b/c"),
        ("cellcast", "cellcast:eu:a:b/c"),
        ("cellcast:eu:a:b/c", "--account", "eu"),
    ):
        assert shell(command, *words).code == 0
    assert set(asked(shell)) == {f"/v1/messages/cellcast/a%3Ab%2Fc{TAILS[command]}?account=eu"}
    assert len(asked(shell)) == 6


@pytest.mark.parametrize("command", ANSWERS)
def test_several_messages_are_named_at_once_or_on_standard_input(shell: Shell, command: str) -> None:
    shell.says(httpx.Response(200, json=ANSWERS[command]))
    shell.stdin = "\ufeffsamva:default:3\r\n\n  samva:eu:4 ".encode()
    assert shell(command, "samva", "1", "2").code == 0
    assert shell(command, "-").code == 0
    shell.stdin = b"1\n2"
    assert shell(command, "samva", "-").code == 0
    path = f"/v1/messages/samva/{{}}{TAILS[command]}"
    assert asked(shell) == [
        path.format(1), path.format(2), f"{path.format(3)}?account=default", f"{path.format(4)}?account=eu",
        path.format(1), path.format(2),
    ]  # fmt: skip


def test_what_fails_for_one_of_several_is_said_and_the_others_have_their_turn(shell: Shell) -> None:
    shell.says(problem("message_not_found", "no such message", 404), httpx.Response(200, json=ANSWERS["lookup"]))
    ran = shell("lookup", "samva", "1", "2")
    assert ran.code == 1
    assert ran.err == "message-detail lookup: samva:default:1: message_not_found: no such message\n"
    assert ran.out.split()[:2] == ["id", "x"]


def test_refresh_sends_a_call_per_account(shell: Shell) -> None:
    shell.answers = lambda request: httpx.Response(202, json={"accepted": len(sent(request)["message_ids"])})
    shell.stdin = b"samva:eu:1\nsamva:default:2\ncellcast:eu:3\nsamva:eu:4\n"
    assert shell("refresh", "-").out == "accepted 4\n"
    assert [(request.url.path, sent(request)) for request in shell.requests] == [
        ("/v1/messages/samva/refresh", {"account": "eu", "message_ids": ["1", "4"]}),
        ("/v1/messages/samva/refresh", {"account": "default", "message_ids": ["2"]}),
        ("/v1/messages/cellcast/refresh", {"account": "eu", "message_ids": ["3"]}),
    ]
    shell.stdin = b"5\n"
    shell("refresh", "samva", "-")
    assert sent(shell.requests[-1]) == {"message_ids": ["5"]}


@pytest.mark.parametrize("command", [*ANSWERS, "refresh"])
@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("samva",), b"", "give the id of a message of samva"),
        (("samva", "-"), b" \n\n", "standard input holds no id"),
        (("samva", "-"), b"\xff", "not UTF-8"),
        (("-",), b"just-an-id\n", "is no whole id"),
        (("samav:default:1",), b"", "is no whole id"),
        (("samva:de fault:1",), b"", "is no whole id"),
        (("samva:default:",), b"", "is no whole id"),
        (("samva:default:1", "2"), b"", "is no whole id"),
        (("samva:default:1", "--account", "eu"), b"", "leave one of them out"),
        (("samva", "-"), b"a\x00b", "holds a character (U+0000)"),
        (("samva:default:..",), b"", "no message can have this id"),
    ],
)
def test_what_names_no_message_costs_no_call(
    shell: Shell, command: str, words: tuple[str, ...], stdin: bytes, said: str
) -> None:
    shell.stdin = stdin
    assert said in shell.fails(2, command, *words)
    assert shell.requests == []


def test_standard_input_has_its_limit(shell: Shell) -> None:
    shell.stdin = b"x\n" * 8_000_001
    assert "give fewer ids" in shell.fails(2, "refresh", "samva", "-")
    assert shell.requests == []


def test_an_id_that_begins_with_a_dash_follows_two_of_them(shell: Shell) -> None:
    shell.says(httpx.Response(200, json=ANSWERS["lookup"]))
    assert shell("lookup", "samva", "--", "-x").code == 0
    assert asked(shell) == ["/v1/messages/samva/-x"]
