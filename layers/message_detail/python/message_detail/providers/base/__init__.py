"""What a provider is made of: its declaration, reading its answers, its webhooks, its list. Names no provider."""
