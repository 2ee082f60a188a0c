"""In an interpreter of its own: imports one module, and lets its handler answer one event if there is one."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module

from tests.bench.child import give, hide
from tests.bench.samples import Context


def main(module: str, event: str = "") -> None:
    """CPU milliseconds of the import (Lambda's INIT), and of import and first answer together."""
    hide()
    given = json.loads(event) if event else None
    before = len(sys.modules)
    start = time.process_time()
    imported = import_module(module)
    init = time.process_time() - start
    answer = imported.handler(given, Context()) if given else None
    whole = time.process_time() - start
    if answer is not None and answer["statusCode"] != 200:
        raise SystemExit(f"{module} answered {answer['statusCode']}: {answer['body'][:300]}")
    give({"init": init * 1000, "whole": whole * 1000, "modules": len(sys.modules) - before})


if __name__ == "__main__":
    main(*sys.argv[1:])
