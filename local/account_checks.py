"""Which accounts of one's own work: their settings checked and their credentials tried, as `message-detail` does it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import httpx

from local.accounts import AccountSettings, AccountsFileError
from message_detail.adapters.aws.stats import UNUSABLE, AccountHealth
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import AccountUnusable
from message_detail_cli.account_file import build_account
from message_detail_cli.errors import UsageProblem
from message_detail_cli.output import table
from message_detail_cli.probe import Probe

AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """How an account was found: ok, refused, unusable, or unclear where the provider gave no answer; and why."""

    settings: AccountSettings
    state: str
    reason: str = ""


def unusable(settings: AccountSettings) -> Checked | None:
    """What is wrong with an account's settings; None where they can be used."""
    try:
        build_account(settings.provider, settings.account, settings.settings)
    except UsageProblem as error:
        return Checked(settings, UNUSABLE, str(error))
    return None


def refuse_where_none_is_usable(accounts: Sequence[AccountSettings]) -> None:
    """AccountsFileError where the settings of no account can be used: there is nothing to start for."""
    wrong = [problem for one in accounts if (problem := unusable(one)) is not None]
    if len(wrong) == len(accounts):
        raise AccountsFileError("\n".join(one.reason for one in wrong))


def check_all(
    accounts: Sequence[AccountSettings], stored: Table, transport: httpx.BaseTransport | None = None
) -> list[Checked]:
    """Each account as it was found, noted in the table, too. transport: in the place of the network."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda one: _check(one, stored, transport), accounts))


def _check(settings: AccountSettings, stored: Table, transport: httpx.BaseTransport | None) -> Checked:
    wrong = unusable(settings)
    if wrong is not None:
        noted = AccountUnusable(wrong.reason)
        AccountHealth(stored).record_failure(settings.provider, settings.account, noted)
        return wrong
    account = build_account(settings.provider, settings.account, settings.settings)
    finding = Probe(stored, transport).check(account)
    return Checked(settings, finding.result, finding.problem or "")


def shown(found: Sequence[Checked]) -> str:
    """The accounts as a table."""
    rows = [(one.settings.provider, one.settings.account, one.state, one.reason) for one in found]
    return table(("provider", "account", "state", "why"), rows)
