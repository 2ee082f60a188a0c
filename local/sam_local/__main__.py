"""`python -m local.sam_local [invoke [EVENT …] | start-api]`; without a command both, one after the other."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from contextlib import ExitStack
from pathlib import Path

from local.emulator import EmulatorError
from local.options import OptionError, Options, read_options
from local.progress import Progress
from local.sam_local.api import check_port, start_api
from local.sam_local.events import EVENTS, Invocation, UnknownEvent, chosen
from local.sam_local.invoke import Outcome, invoke
from local.sam_local.prerequisites import NotReady, prerequisites
from local.sam_local.session import Sam, open_session
from local.samples import path_of
from local.signals import ended_once, interrupt_on_signals, wait
from local.stack import ROOT

BOTH, INVOKE, START_API = "both", "invoke", "start-api"


def main(argv: list[str]) -> int:
    """The exit code: 0 when all went well, 1 when something is missing or an event failed, 2 for wrong usage."""
    interrupt_on_signals()
    arguments = _parser().parse_args(argv)
    try:
        options = _options()
        events = chosen(getattr(arguments, "event", []), ROOT)
        with ExitStack() as cleanup, ended_once():
            return _run(arguments.command or BOTH, options, events, cleanup)
    except (OptionError, UnknownEvent) as error:
        return _fail(str(error), 2)
    except (NotReady, EmulatorError) as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        print("stopped", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sam-local", description="Runs the built functions with `sam local`, in Docker, against this machine."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    text = "sam local invoke with each event, or with those named, such as samva/lookup; then end"
    invoking = commands.add_parser(INVOKE, help=text)
    invoking.add_argument("event", nargs="*", metavar="EVENT", help=f"a file of {EVENTS}/, without .json")
    commands.add_parser(START_API, help="sam local start-api until Ctrl-C")
    return parser


def _options() -> Options:
    options = read_options(os.environ)
    if options.accounts is not None:
        raise OptionError("it works with the simulators' accounts; `make run` takes ACCOUNTS")
    return options


def _run(command: str, options: Options, events: list[Invocation], cleanup: ExitStack) -> int:
    if command != INVOKE:
        check_port(options.port)
    ready = prerequisites(ROOT)
    progress = Progress()
    session = open_session(ready, options, progress, cleanup)
    results = [] if command == START_API else _invoke_all(session, events)
    failed = [result for result in results if not result.good]
    if command != INVOKE:
        progress(f"starting sam local start-api (its output and the functions': {session.log(START_API)})")
        url = start_api(session, options.port, cleanup)
        _print_usage(session, options, events[0], url)
        try:
            wait()
        except KeyboardInterrupt:
            print("stopped", flush=True)
    return 1 if failed else 0


def _invoke_all(session: Sam, events: list[Invocation]) -> list[Outcome]:
    width = max(len(event.name) for event in events)
    results = []
    for event in events:
        result = invoke(session, event)
        results.append(result)
        where = "" if result.good else f"  (see {session.log(event.name)})"
        print(
            f"{event.name.ljust(width)}  {event.function.ljust(18)}  {result.seconds:5.1f} s  {result.text}{where}",
            flush=True,
        )
    return results


def _print_usage(session: Sam, options: Options, event: Invocation, url: str) -> None:
    """What to type next: one call of the API, and one event by hand."""
    path = path_of(*session.sample())
    print(f"API      {url}/v1")
    print(f"key      {options.key}")
    print(f"try      curl -H {shlex.quote(f'Authorization: Bearer {options.key}')} {shlex.quote(url + path)}")
    file = Path(os.path.relpath(event.file))
    print(f"or       {shlex.join(session.command('invoke', event.function, '--event', str(file)))}")
    print(f"ready {url}", flush=True)


def _fail(text: str, code: int) -> int:
    print(f"make sam-local: {text}", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
