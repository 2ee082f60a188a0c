"""What runs message-detail on one machine: the local stack and the simulators of the providers."""

import sys
from pathlib import Path

_LAYER = str(Path(__file__).resolve().parent.parent / "layers" / "message_detail" / "python")
if _LAYER not in sys.path:  # `python -m local` works in a clone in which nothing is installed but the requirements
    sys.path.insert(1, _LAYER)
