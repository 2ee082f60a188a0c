"""What the API takes at most: repeated here, since reading it off the API's own code costs each call half a second.

tests/unit/cli/test_limits.py holds the two to each other.
"""

from typing import Final

MAX_AGE: Final = 86_400
"""Seconds that a stored copy may be old."""
PAGE: Final = 100
"""Messages of a page of a list, or per match of a search."""
REDRIVE: Final = 1_000
"""Dead letters that one call moves."""
REFRESH: Final = 1_000
"""Messages that one call has fetched anew."""
TEXT: Final = 2_000
"""Characters of a text that is searched for."""
