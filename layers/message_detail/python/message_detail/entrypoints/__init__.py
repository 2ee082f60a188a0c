"""Thin: Lambda events in, Lambda answers out. What is decided, is decided in services/ and by the error classes."""
