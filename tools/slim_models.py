"""Makes botocore's data quicker to load: every cold start reads its models, and its table of endpoints, whole.

Of a model goes the prose (`documentation`), which is most of it and which botocore only shows to who asks `help()`;
of `endpoints.json` (1.2 MB) go the services that no client is made of. Both are written back as they were otherwise.
`prune_layer.py` calls it; docs/decisions/layer-pruning.md has what it brings.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

MODEL: Final = "service-2.json.gz"
ENDPOINTS: Final = "endpoints.json"
_PROSE: Final = "documentation"
_READ_WHOLE: Final = frozenset({"clientContextParams"})
"""Parts whose prose botocore reads with each first call of a client, and misses."""


def slim(data: Path, services: Iterable[str]) -> None:
    """Makes the models of these services, and the table of endpoints, of botocore's folder `data` smaller, in place."""
    prefixes = {_slim_model(path) for service in services for path in sorted(data.glob(f"{service}/*/{MODEL}"))}
    table = json.loads((data / ENDPOINTS).read_bytes())
    for partition in table["partitions"]:
        partition["services"] = {
            name: partition["services"][name] for name in partition["services"] if name in prefixes
        }
    (data / ENDPOINTS).write_text(_compact(table), encoding="utf-8")


def _slim_model(path: Path) -> str:
    """Takes the prose out of a model; the name of its service in the table of endpoints."""
    model = json.loads(gzip.decompress(path.read_bytes()))
    text = _compact(_without_prose(model) | {name: model[name] for name in _READ_WHOLE & model.keys()})
    path.write_bytes(gzip.compress(text.encode(), mtime=0))  # no time in it: the same layer each time it is built
    return str(model["metadata"]["endpointPrefix"])


def _without_prose(value: Any) -> Any:
    """The same JSON without prose. A member of a shape that is called so is an object, and stays."""
    if isinstance(value, dict):
        return {
            key: _without_prose(item) for key, item in value.items() if not (key == _PROSE and isinstance(item, str))
        }
    return [_without_prose(item) for item in value] if isinstance(value, list) else value


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
