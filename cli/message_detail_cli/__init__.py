"""The `message-detail` command: accounts, API keys and calls of the API, from a terminal. Not shipped to Lambda.

**A command is a module and a line.** The line stands in `registry.py`: name, help text, `api=False` where the API isn't
called, `deployed=False` where no deployment is meant. The module is `commands/<name>.py`, in a group
`commands/<group>/<name>.py`, with `_` for `-`; it is imported only when its command is run
or its help asked for. It has

- `options(parser)`, where the command takes any of its own: those that several have are made by the functions of
  `options.py` (`add_provider`, `add_account`, `add_max_age` …) and, for messages in every way that they can be named,
  by `message_names.add_messages`, with `message_of` or `each_message` in `run`. `--json`, the options of the deployment
  and, unless `api=False`, those of the API (`--api`, `--key`) are there already;
- `run(arguments, tools) -> int`: what it does, and the exit code (`errors.OK`). `api_of(arguments, tools)` is the API,
  `cloud_of(arguments)` the AWS side of the stack. What goes wrong is raised, as `CliError` (the service said no: 1) or
  `UsageProblem` (can't be used: 2), with one line that says what to do;
- `MORE`, where the help has more to say than the line.

**What is printed** goes through `output.py`: `say` a result, `note` a remark (stderr), `say_json` the API's answer,
untouched, with `--json`. Most commands are one call of `show_table` (a list; `add_table` brings `-o csv`) or of
`show_pairs` (one thing). Times and states are marked (`Time(…)`, `State(…)`): a terminal shows how long ago, and in
which colour; a pipe gets them plain, and without colours so does everybody with `NO_COLOR`.

**Tests** run command lines in this process: tests/unit/cli/conftest.py has the `shell`, and test_every_command.py holds
each command to `--help`, `--json` and the exit codes.
"""

import sys
from pathlib import Path

_LAYER = Path(__file__).resolve().parents[2] / "layers" / "message_detail" / "python"
if _LAYER.is_dir() and str(_LAYER) not in sys.path:  # in a clone, with nothing of it installed
    sys.path.insert(1, str(_LAYER))
