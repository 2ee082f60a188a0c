"""What a message is, and what follows from what is known of it. Pure: no I/O, imports itself only."""
