"""Starts everything, shows that it works, serves until it is told to stop, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.accounts import AccountSettings, AccountsFileError, read_accounts
from local.emulator import EmulatorError
from local.endpoints import EndpointSettings, problems, read_endpoints
from local.hints import print_addresses, print_hints
from local.kept_data import KeptData, write_private
from local.log_files import LogFiles
from local.options import KEY_FILE, OptionError, Options, read_options
from local.ports import taken
from local.progress import Progress
from local.report import table
from local.samples import Caller, Sample
from local.signals import ended_once, interrupt_on_signals, wait
from local.stack import LocalStack
from local.token_file import TokenFile

if TYPE_CHECKING:
    from local.simulators import Simulator

REST_SECONDS: Final = 45.0
"""An unused function costs some 60 MB of memory; a start of it, half a second."""


def main() -> int:
    """The exit code: 0 when stopped by a signal, 1 when it can't start, 2 for a variable of no use."""
    interrupt_on_signals()
    try:
        options = read_options(os.environ)
        accounts = _own_accounts(options.accounts) if options.accounts else None
        endpoints = _own_endpoints(options.accounts) if options.accounts else []
        with ExitStack() as cleanup, ended_once():
            _run(options, accounts, endpoints, cleanup)
    except (OptionError, AccountsFileError) as error:
        return _fail(str(error), 2)
    except EmulatorError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        print("stopped", flush=True)
    return 0


def _run(
    options: Options, accounts: list[AccountSettings] | None, endpoints: list[EndpointSettings], cleanup: ExitStack
) -> None:
    progress = Progress()
    stack = _stack(options, progress, cleanup)
    samples: list[tuple[str, str, str]] = []
    simulators: dict[str, Simulator] = {}
    if accounts is None:
        accounts, samples, simulators = _simulators(cleanup)
        progress("simulators of the providers serve")
    for account in accounts:
        stack.add_account(account)
    for endpoint in (*endpoints, *_receiver(options, cleanup)):
        stack.add_endpoint(endpoint)
    stack.start()
    since = _keep(options, stack, cleanup)
    if options.accounts is not None:
        tokens = TokenFile(options.accounts, stack.client("dynamodb"), stack.table_name)
        tokens.start()
        cleanup.callback(tokens.close)
        _try_accounts(accounts, stack, progress)
    caller = Caller(stack.api_url, options.key)
    cleanup.callback(caller.close)
    results = _look_up(caller, samples, stack, progress)
    if results:
        print(f"\n{table(results)}\n")
    logs = LogFiles((options.data or stack.emulator.folder) / "logs", stack)
    logs.start()
    cleanup.callback(logs.close)
    sample = next((result for result in results if result.message is not None), None)
    print_addresses(options, stack.api_url, sample, caller.session())
    print_hints(options, stack, logs.folder, sample, simulators)
    print(f"ready {stack.api_url}", flush=True)
    stack.gateway.lines.on = not options.quiet
    if simulators:
        from local.demo import Demo  # so do this one's

        demo = Demo(simulators, stack.api_url, options.key, since)
        cleanup.callback(demo.close)
        demo.start()
    wait()


def _own_accounts(file: Path) -> list[AccountSettings]:
    """The accounts of a file, of which at least one can be used."""
    from local.account_checks import refuse_where_none_is_usable  # brings what a run without a file does not need

    accounts = read_accounts(file)
    refuse_where_none_is_usable(accounts)
    return accounts


def _own_endpoints(file: Path) -> list[EndpointSettings]:
    """The endpoints of a file; what is wrong with one that can't be used is said."""
    endpoints = read_endpoints(file)
    if wrong := problems(endpoints):
        print(wrong, file=sys.stderr, flush=True)
    return endpoints


def _receiver(options: Options, cleanup: ExitStack) -> list[EndpointSettings]:
    """The endpoint of a receiver that prints what comes, where that is asked for."""
    if not options.endpoint:
        return []
    from local.receiver import Receiver, printed  # its packages are not needed otherwise

    receiver = Receiver(printed)
    cleanup.callback(receiver.close)
    receiver.start()
    return [receiver.endpoint]


def _try_accounts(accounts: list[AccountSettings], stack: LocalStack, progress: Progress) -> None:
    """Say which accounts work. Those that don't keep nobody from using the others."""
    from local.account_checks import check_all, shown

    progress(f"trying the credentials of {len(accounts)} accounts")
    print(f"\n{shown(check_all(accounts, stack.table))}\n", flush=True)


def _stack(options: Options, progress: Progress, cleanup: ExitStack) -> LocalStack:
    try:
        stack = LocalStack(
            keys=options.keys,
            port=options.port,
            parameters=options.parameters,
            visibility_seconds=options.visibility_seconds,
            accounts_file=str(options.accounts or ""),
            rest_seconds=REST_SECONDS,
            progress=progress,
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise OptionError(taken(options.port, "run")) from None
    cleanup.callback(stack.stop)
    return stack


def _keep(options: Options, stack: LocalStack, cleanup: ExitStack) -> datetime:
    """Restore what a folder has kept, where there is one, and keep it; since when there is data."""
    if options.data is None:
        return datetime.now(UTC)
    data = KeptData(options.data, stack)
    data.start()
    cleanup.callback(data.close)
    write_private(options.data / KEY_FILE, options.key)
    return data.since()


def _simulators(
    cleanup: ExitStack,
) -> tuple[list[AccountSettings], list[tuple[str, str, str]], dict[str, Simulator]]:
    """The simulators' accounts; for each provider a message to look up and one for the queue; the simulators."""
    from local.simulators.desk import STATIC
    from local.simulators.server import serve  # its packages are not needed with accounts of one's own

    running = serve()
    cleanup.callback(running.close)
    accounts: list[AccountSettings] = []
    samples: list[tuple[str, str, str]] = []
    for name, simulator in running.simulators.items():
        accounts += [
            # What the static one lists is what the default one lists: it need not be stored twice.
            AccountSettings(
                name, account, simulator.account(account) | ({"sync_minutes": 0} if account == STATIC else {})
            )
            for account in simulator.account_names()
        ]
        ids = simulator.message_ids()
        samples.append((name, simulator.showcase or ids[0], ids[-1]))
    return accounts, samples, running.simulators


def _look_up(
    caller: Caller, samples: list[tuple[str, str, str]], stack: LocalStack, progress: Progress
) -> list[Sample]:
    if not samples:
        return []
    results = []
    for provider, message_id, _ in samples:
        progress(f"looking up a message of {provider}")
        results.append(caller.lookup(provider, message_id))
    provider, _, message_id = samples[0]
    progress(f"sending one through the queue of {provider}")
    results.append(caller.through_queue(provider, message_id, lambda: stack.waiting(provider)))
    return results


def _fail(text: str, code: int) -> int:
    print(f"make run: {text}", file=sys.stderr, flush=True)
    return code
