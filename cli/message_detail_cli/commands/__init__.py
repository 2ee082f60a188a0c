"""One module per command, each registered by its line in message_detail_cli/registry.py."""
