"""What an account of CareCloud holds. Vendor: https://carecloud.readme.io/reference/authentication.

Its base URL ends in `/webservice/rest-api/{interface}/v1.0`. `token` is a bearer token or, on the customer
interface, a device token; an account without one logs in as a user of the group `webservice`.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from message_detail.domain.errors import AccountUnusable
from message_detail.providers.base.account import Account, AccountSchema


def time_zone(account: Account) -> ZoneInfo:
    """The zone of the account's times, which have no offset; AccountUnusable if the setting names none."""
    name = account.require("time_zone")
    try:
        return ZoneInfo(name)
    # No such zone; no name of a file below the database of zones; a folder in it ("Europe").
    except (KeyError, ValueError, OSError) as error:
        raise AccountUnusable(
            f"the settings of account {account.name!r} of {account.provider} can't be used: "
            "'time_zone' is not the IANA name of a time zone, such as 'Europe/Prague'",
            provider=account.provider,
            account=account.name,
        ) from error


SCHEMA: Final = AccountSchema(
    credentials=(("token",), ("login", "password", "external_application_id")),
    required=("time_zone",),
    defaults={"language": "cs, en-gb;q=0.8"},
    check=time_zone,
    examples={
        "base_url": "https://project.example.com/webservice/rest-api/enterprise-interface/v1.0",
        "time_zone": "Europe/Prague",
    },
    webhook_place=(
        "Marketing Automation, the scenario's webhook action: the address as its target, HTTP Basic as its way to sign "
        'in, {"message_id": "…"} as its JSON'
    ),
)
