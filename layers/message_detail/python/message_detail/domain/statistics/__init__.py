"""What the stored messages say together: facts of one message, and what many of them come to."""
