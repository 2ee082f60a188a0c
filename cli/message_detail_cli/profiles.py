"""Profiles: which deployment is meant, kept in a file, so that a command line need not say it.

    # ~/.config/message-detail/config.toml
    profile = "staging"                      # the one that is meant without --profile

    [profiles.staging]
    api = "https://abc123.execute-api.eu-central-1.amazonaws.com"
    key_command = ["pass", "message-detail/staging"]     # its first line of output is the key

    [profiles.local]
    api = "http://127.0.0.1:3000"
    key_file = "~/.config/message-detail/local.key"      # or key = "…" here: only the owner may read such a file

Beside `api`, or in its place, `stack` and `region` say whose outputs are asked for the address.
"""

from __future__ import annotations

import argparse
import os
import stat
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from message_detail_cli.environment import (
    API_VARIABLE,
    CONFIG_FILE,
    CONFIG_VARIABLE,
    DEFAULT_STACK,
    PROFILE_VARIABLE,
    STACK_VARIABLE,
)
from message_detail_cli.errors import CliError, UsageProblem
from message_detail_cli.registry import did_you_mean

COMMAND_SECONDS: Final = 60
MAX_BYTES: Final = 100_000
_TEXTS: Final = ("api", "key", "key_file", "stack", "region")
_OF_A_KEY: Final = ("key", "key_file", "key_command")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says. Its key is read when it is asked for."""

    name: str
    file: Path
    values: Mapping[str, Any]

    def key(self) -> str | None:
        """The API key, as it stands here, in its file, or as its command prints it."""
        if "key_command" in self.values:
            return _printed(self.values["key_command"], self.name)
        if "key_file" in self.values:
            return _first_line(_content(_private(Path(self.values["key_file"]).expanduser())))
        if "key" in self.values:
            _private(self.file)
        return self.values.get("key")


def settle(arguments: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Fills in what the command line leaves to the profile, the environment and the defaults."""
    profile = _meant(arguments, environ)
    told = (
        profile.values
        if profile is not None
        else {"api": environ.get(API_VARIABLE), "stack": environ.get(STACK_VARIABLE)}
    )
    arguments.profile = profile
    arguments.stack = arguments.stack or told.get("stack") or DEFAULT_STACK
    arguments.region = arguments.region or told.get("region")
    if "api" in arguments:
        arguments.api = arguments.api or told.get("api")


def _meant(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Profile | None:
    """The profile that is meant, or None.

    A profile goes whole, its key with its address: one that is not named in the command line is passed over where the
    deployment is named otherwise, so that no key goes where it is not from.
    """
    named = arguments.profile
    otherwise = (arguments.stack, getattr(arguments, "api", None), *map(environ.get, (STACK_VARIABLE, API_VARIABLE)))
    if named is None and any(otherwise):
        return None
    file = _file(environ)
    config = _read(file)
    name = named or environ.get(PROFILE_VARIABLE) or config.get("profile")
    if name is None:
        return None
    profiles = config.get("profiles", {})
    if name not in profiles:
        near = did_you_mean(str(name), list(profiles)) or f": it has {', '.join(profiles) or 'none'}"
        raise UsageProblem(f"there is no profile {str(name)[:64]!r} in {file}{near}")
    return Profile(str(name), file, _checked(profiles[name], f"{file}: profile {name}"))


def _file(environ: Mapping[str, str]) -> Path:
    given = environ.get(CONFIG_VARIABLE)
    if given:
        return Path(given)
    home = environ.get("XDG_CONFIG_HOME")
    return Path(home) / "message-detail" / "config.toml" if home else Path(CONFIG_FILE).expanduser()


def _read(file: Path) -> dict[str, Any]:
    """The file's tables; none where there is no file."""
    try:
        content = _content(file)
    except FileNotFoundError:
        return {}
    try:
        config = tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise UsageProblem(f"{file}: is no valid TOML") from None
    profiles = config.get("profiles", {})
    if not isinstance(profiles, dict) or not isinstance(config.get("profile", ""), str):
        raise UsageProblem(f'{file}: wants [profiles.NAME] tables and, beside them, profile = "NAME"')
    return config


def _checked(values: Any, where: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise UsageProblem(f"{where}: must be a table")
    if unknown := sorted(set(values) - {*_TEXTS, "key_command"}):
        raise UsageProblem(f"{where}: there is no key {unknown[0][:64]!r}{did_you_mean(unknown[0], _TEXTS)}")
    if wrong := [name for name in _TEXTS if not isinstance(values.get(name, ""), str)]:
        raise UsageProblem(f"{where}: {wrong[0]} must be a text")
    if sum(name in values for name in _OF_A_KEY) > 1:
        raise UsageProblem(f"{where}: give one of {', '.join(_OF_A_KEY)}")
    return values


def _content(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise UsageProblem(f"{file}: has more than {MAX_BYTES} bytes")
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UsageProblem(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{file}: is not UTF-8 text") from None


def _private(file: Path) -> Path:
    """A file that holds a key, once it is sure that nobody else may read it."""
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise UsageProblem(f"{file}: {error.strerror}") from None
    if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageProblem(f"{file}: holds a key, and others may read it: chmod 600 {file}")
    return file


def _printed(command: Any, profile: str) -> str:
    """The first line that a command prints. What it says beside goes to the terminal, for it may ask something."""
    if not isinstance(command, list) or not command or not all(isinstance(word, str) for word in command):
        raise UsageProblem(
            f'profile {profile}: key_command must be a list of texts, such as ["pass", "message-detail"]'
        )
    try:
        ran = subprocess.run(command, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise CliError(f"profile {profile}: key_command took more than {COMMAND_SECONDS} s") from None
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        reason = (
            f"exit code {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else "no such program"
        )
        raise CliError(f"profile {profile}: key_command failed ({reason})") from None
    return _first_line(ran.stdout.decode(errors="replace"))


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip()
