"""What an account of Cellcast holds. Vendor: https://developer.cellcast.com (API keys, bearer token)."""

from message_detail.accounts import AccountKeys

KEYS = AccountKeys(
    credentials=(("token",),),
    default_base_url="https://api.cellcast.com",
    defaults={"default_region": "AU"},
)
