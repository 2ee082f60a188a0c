"""What runs message-detail on one machine: the local stack and the simulators of the providers."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# `python -m local` works in a clone in which nothing is installed but the requirements; accounts are checked as the
# command does it.
for folder in (_ROOT / "cli", _ROOT / "layers" / "message_detail" / "python"):
    if str(folder) not in sys.path:
        sys.path.insert(1, str(folder))
