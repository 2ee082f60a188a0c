"""What stands for an option that is not given: variables of the environment, and a file."""

from typing import Final

API_VARIABLE: Final = "MESSAGE_DETAIL_API"
KEY_VARIABLE: Final = "MESSAGE_DETAIL_KEY"
STACK_VARIABLE: Final = "MESSAGE_DETAIL_STACK"
PROFILE_VARIABLE: Final = "MESSAGE_DETAIL_PROFILE"
CONFIG_VARIABLE: Final = "MESSAGE_DETAIL_CONFIG"
CONFIG_FILE: Final = "~/.config/message-detail/config.toml"
DEFAULT_STACK: Final = "message-detail"
