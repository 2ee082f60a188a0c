"""What goes out: events about messages, accounts and endpoints, to whom they go, when they are tried again. Pure."""
