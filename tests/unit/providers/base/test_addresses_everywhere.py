"""The readers of mailboxes and numbers say the same on every Python that runs them, a laptop's or Lambda's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import idna
import phonenumbers
import pytest

from message_detail.domain.addresses.mailboxes import mailboxes
from message_detail.domain.addresses.phone_numbers import e164, only_digits, readings
from tests.unit.domain.test_addresses import PERSONS

LAYER = Path(__file__).parents[4] / "layers/message_detail/python"
LIBRARIES = {str(Path(library.__file__ or "").parents[1]) for library in (phonenumbers, idna)}
VERSIONS = ("3.11", "3.12", "3.13")
PLACES = (Path.home() / ".pyenv/versions", Path("/usr/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin"))
TEXTS = [
    *(form for forms in PERSONS.values() for form in forms),
    "a@ex.com, Doe, Jane <jane@ex.com>; (b) b@ex.com",
    '"unclosed <a@b.c>', "=?no?q?x?= <a@b.c>", "(" * 5_000 + " <a@b.c>",
    "Jane <a@b.c>, Bob <b@b.c>", "a@x <a@x>", "Jane @ Acme <jane@ex.com>", "0491 570 156",
    "6421123456", "12345", "\u0661\u0662",
]  # fmt: skip

_READ = """
import json, sys
from message_detail.domain.addresses.mailboxes import mailboxes
from message_detail.domain.addresses.phone_numbers import e164, only_digits, readings
texts = json.load(sys.stdin)
found = [
    [[(b.raw, b.address, b.name) for b in mailboxes(t)], only_digits(t), e164(t, "AU"), readings(t, ["AU", "US"])]
    for t in texts
]
print(json.dumps(found))
"""


def _interpreters() -> list[Path]:
    found = {Path(sys.executable)}
    for version in VERSIONS:
        found |= {path for place in PLACES for path in place.glob(f"{version}*/bin/python{version}")}
        found |= {path for place in PLACES for path in place.glob(f"python{version}")}
    return sorted(found)


@pytest.mark.parametrize("interpreter", _interpreters(), ids=str)
def test_addresses_are_read_alike_by_every_installed_python(interpreter: Path) -> None:
    done = subprocess.run(
        [interpreter, "-c", _READ],
        input=json.dumps(TEXTS),
        env={"PYTHONPATH": ":".join((str(LAYER), *LIBRARIES)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    here = [
        [
            [(box.raw, box.address, box.name) for box in mailboxes(text)],
            only_digits(text),
            e164(text, "AU"),
            readings(text, ["AU", "US"]),
        ]
        for text in TEXTS
    ]
    assert json.loads(done.stdout) == json.loads(json.dumps(here))
