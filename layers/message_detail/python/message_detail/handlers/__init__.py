"""Thin: Lambda events in, Lambda answers out. What is decided, is decided in service.py and by the error classes."""
