"""What happened to a message, in words: one pure function of what is known of it, and the tables of its texts."""
