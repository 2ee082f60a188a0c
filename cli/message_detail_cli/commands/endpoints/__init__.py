"""Commands on endpoints, to which changes go out."""
