"""What is left of a message for somebody who may not know whom it is about and what it says."""
