"""What an account of Cellcast holds. Vendor: https://developer.cellcast.com (API keys, bearer token)."""

from message_detail.providers.base.account import AccountSchema

SCHEMA = AccountSchema(
    credentials=(("token",),),
    default_base_url="https://api.cellcast.com",
    defaults={"default_region": "AU"},
)
