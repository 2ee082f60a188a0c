"""Profiles: which deployment is meant, and where its key comes from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.unit.cli.conftest import OUTPUTS, Aws, Shell

Config = Callable[[str], Path]


@pytest.fixture
def config(shell: Shell, tmp_path: Path) -> Config:
    """Writes the file of the profiles, for its owner's eyes only; nothing else says which deployment is meant."""
    shell.environ.clear()
    shell.says(httpx.Response(200, json={"items": []}))

    def write(text: str) -> Path:
        file = tmp_path / "config.toml"
        file.write_text(text)
        file.chmod(0o600)
        shell.environ["MESSAGE_DETAIL_CONFIG"] = str(file)
        return file

    return write


BOTH = """
profile = "one"
[profiles.one]
api = "https://one.example.com"
key = "key-one"
[profiles.two]
api = "https://two.example.com/v1"
key = "key-two"
"""


def went(shell: Shell) -> tuple[str, str]:
    request = shell.requests[-1]
    return request.url.host, request.headers["authorization"]


def test_the_option_goes_before_the_variable_before_the_files_own(shell: Shell, config: Config) -> None:
    config(BOTH)
    assert shell("drift").code == 0
    assert went(shell) == ("one.example.com", "Bearer key-one")
    shell.environ["MESSAGE_DETAIL_PROFILE"] = "two"
    shell("drift")
    assert went(shell) == ("two.example.com", "Bearer key-two")
    shell("drift", "--profile", "one")
    assert went(shell) == ("one.example.com", "Bearer key-one")


def test_no_key_goes_to_an_address_that_it_is_not_from(shell: Shell, config: Config) -> None:
    config(BOTH)
    shell.environ |= {"MESSAGE_DETAIL_API": "https://other.example.com", "MESSAGE_DETAIL_KEY": "key-other"}
    shell("drift")
    assert went(shell) == ("other.example.com", "Bearer key-other")
    del shell.environ["MESSAGE_DETAIL_API"], shell.environ["MESSAGE_DETAIL_KEY"]
    assert "no API key" in shell.fails(2, "drift", "--api", "https://other.example.com")
    assert len(shell.requests) == 1


def test_a_profile_that_is_named_goes_whole(shell: Shell, config: Config) -> None:
    config(BOTH)
    shell.environ |= {"MESSAGE_DETAIL_API": "https://other.example.com", "MESSAGE_DETAIL_KEY": "key-other"}
    shell("drift", "--profile", "two")
    assert went(shell) == ("two.example.com", "Bearer key-two")
    shell("drift", "--profile", "two", "--key", "key-given")
    assert went(shell) == ("two.example.com", "Bearer key-given")


def test_a_profile_may_name_a_stack(aws: Aws, shell: Shell, config: Config) -> None:
    aws.stacks["staging"] = OUTPUTS
    config('[profiles.s]\nstack = "staging"\nregion = "eu-central-1"\nkey = "k"')
    shell("drift", "--profile", "s")
    assert went(shell)[0] == "of-the-stack.example.com"
    assert "no stack 'other' in eu-west-1" in shell.fails(
        1, "drift", "--profile", "s", "--stack", "other", "--region", "eu-west-1"
    )


def test_a_key_comes_from_a_file_of_its_own(shell: Shell, config: Config, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("key-of-file\nand more\n")
    key.chmod(0o600)
    config(f'profile="p"\n[profiles.p]\napi="https://p.example.com"\nkey_file="{key}"').chmod(0o644)
    shell("drift")
    assert went(shell) == ("p.example.com", "Bearer key-of-file")


def test_a_key_comes_from_a_command(shell: Shell, config: Config) -> None:
    command = [sys.executable, "-c", "print('key-of-command'); print('more')"]
    config(f'profile="p"\n[profiles.p]\napi="https://p.example.com"\nkey_command={command!r}').chmod(0o644)
    shell("drift")
    assert went(shell) == ("p.example.com", "Bearer key-of-command")


@pytest.mark.parametrize("where", ["config", "key_file"])
def test_a_file_with_a_key_that_others_may_read_is_refused(
    shell: Shell, config: Config, tmp_path: Path, where: str
) -> None:
    key = tmp_path / "key"
    key.write_text("k")
    key.chmod(0o640)
    how = 'key = "k"' if where == "config" else f'key_file = "{key}"'
    config(f'profile="p"\n[profiles.p]\napi="https://p.example.com"\n{how}').chmod(0o604)
    assert "others may read it: chmod 600" in shell.fails(2, "drift")
    assert shell.requests == []


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("profile = 'x'", 2, "there is no profile 'x'"),
        ("profile='stagin'\n[profiles.staging]", 2, "did you mean staging?"),
        ("profile = 1", 2, "wants [profiles.NAME] tables"),
        ("profiles = 1", 2, "wants [profiles.NAME] tables"),
        ("[", 2, "is no valid TOML"),
        ("profile='p'\nprofiles.p = 1", 2, "must be a table"),
        ("profile='p'\n[profiles.p]\nkey_fil='x'", 2, "there is no key 'key_fil': did you mean key_file"),
        ("profile='p'\n[profiles.p]\napi=1", 2, "api must be a text"),
        ("profile='p'\n[profiles.p]\nkey='a'\nkey_file='b'", 2, "give one of key, key_file, key_command"),
        ("profile='p'\n[profiles.p]\nkey_command='x'", 2, "must be a list of texts"),
        ("profile='p'\n[profiles.p]\nkey_command=['/no/such/program']", 1, "key_command failed (no such program)"),
        ("profile='p'\n[profiles.p]\nkey_command=['false']", 1, "key_command failed (exit code 1)"),
        ("profile='p'\n[profiles.p]\nkey_file='/no/such/file'", 2, "/no/such/file: No such file"),
        ("profile='p'\n[profiles.p]\napi='http://x.example.com'\nkey='k'", 2, "must be https"),
        ("profile='p'\n[profiles.p]\napi='https://x.example.com'\nkey='two words'", 2, "characters that no key has"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_without_a_key(
    shell: Shell, config: Config, text: str, code: int, said: str
) -> None:
    config(text)
    line = shell.fails(code, "drift")
    assert said in line
    assert "two words" not in line
    assert shell.requests == []


def test_what_is_about_no_deployment_reads_no_profile(shell: Shell, config: Config) -> None:
    config("profile = 'gone'")
    assert shell("completion", "bash").code == 0
    assert shell("accounts", "example", "samva").code == 0


def test_no_file_is_no_failure_unless_a_profile_is_named(shell: Shell, config: Config, tmp_path: Path) -> None:
    shell.environ["XDG_CONFIG_HOME"] = str(tmp_path / "nothing")
    assert "no API key" in shell.fails(2, "drift", "--api", "https://x.example.com")
    assert "there is no profile 'x'" in shell.fails(2, "drift", "--profile", "x")
