"""The `message-detail` command: accounts, API keys and calls of the API, from a terminal. Not shipped to Lambda."""

import sys
from pathlib import Path

_LAYER = Path(__file__).resolve().parents[2] / "layers" / "message_detail" / "python"
if _LAYER.is_dir() and str(_LAYER) not in sys.path:  # in a clone, with nothing of it installed
    sys.path.insert(1, str(_LAYER))
