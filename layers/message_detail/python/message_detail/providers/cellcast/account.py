"""What an account of Cellcast holds. Vendor: https://developer.cellcast.com (API keys, bearer token)."""

from message_detail.providers.base.account import AccountSchema

SCHEMA = AccountSchema(
    credentials=(("token",),),
    default_base_url="https://api.cellcast.com",
    defaults={"default_region": "AU"},
    webhook_place=(
        "Dashboard, API, API Keys, Webhook: the address as Status URL and Receive URL, the secret as the password of "
        "the webhook login"
    ),
)
