"""How a check of an account ended, as it is printed."""

from __future__ import annotations

from typing import Any

from message_detail.providers.base.account import Account
from message_detail_cli.errors import OK, REFUSED, CliError
from message_detail_cli.output import say_pairs, state
from message_detail_cli.probe import WORKS, Finding


def found(account: Account, finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {
        "provider": account.provider,
        "account": account.name,
        "result": finding.result,
        "did": list(finding.did),
        "problem": finding.problem,
    }


def report(account: Account, finding: Finding, *, silent: bool) -> int:
    """Prints how it ended unless that is done already; the exit code, or CliError with the line about a failure."""
    values = found(account, finding)
    if not silent:
        say_pairs(
            {
                "provider": values["provider"],
                "account": values["account"],
                "result": state(finding.result),
                "did": values["did"],
            }
        )
    if finding.problem:
        raise CliError(finding.problem)
    return OK if finding.result == WORKS else REFUSED
