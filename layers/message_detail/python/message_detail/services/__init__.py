"""Use cases: what is done with a message, a webhook, a task or a search. What they need is passed to them."""
