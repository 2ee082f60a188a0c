"""Everything that `sam local` works with: the build, the AWS side, the simulators, the image and the two files."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

from local.accounts import AccountSettings
from local.emulator import REGION, ROOT_CREDENTIALS
from local.options import Options
from local.progress import Progress
from local.sam_local.files import HOST, environment, template_for_containers
from local.sam_local.image import build_image
from local.sam_local.prerequisites import NotReady, Ready
from local.sam_local.relay import open_to_containers
from local.simulators.server import Running, serve
from local.stack import ROOT, ApiKey, LocalStack

FOLDER: Final = ROOT / ".build" / "sam-local"
LAYER: Final = "MessageDetailLayer"
#: The one that the authorizer's event asks about.
EXAMPLE_KEY: Final = ApiKey("example", "example-key", ("read",))


@dataclass(frozen=True, slots=True)
class Sam:
    """`sam local` with all that its commands need. stack and simulators: the running ones behind it."""

    program: str
    image: str
    stack: LocalStack
    simulators: Running

    def command(self, name: str, *arguments: str) -> list[str]:
        """The words of `sam local NAME …`."""
        files = ["--template", str(FOLDER / "template.json"), "--env-vars", str(FOLDER / "env.json")]
        containers = ["--invoke-image", self.image, "--skip-pull-image", "--add-host", f"{HOST}:host-gateway"]
        return [self.program, "local", name, *arguments, *files, *containers]

    def sample(self) -> tuple[str, str]:
        """A provider, and the id of a message that its simulator holds."""
        name, simulator = next(iter(self.simulators.simulators.items()))
        return name, simulator.showcase or simulator.message_ids()[0]

    def log(self, name: str) -> Path:
        """Where the output of an event's function, or of start-api, goes."""
        return FOLDER / f"{name.replace('/', '-')}.log"


def open_session(ready: Ready, options: Options, progress: Progress, cleanup: ExitStack) -> Sam:
    """Build, start and write all of it. NotReady or EmulatorError says what does not work."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    progress(f"building the functions for {ready.architecture}")
    built = _build(ready.python, ready.architecture)
    progress("building the functions' image")
    image = build_image(built / LAYER, ready.architecture, cleanup)
    simulators = serve()
    cleanup.callback(simulators.close)
    stack = LocalStack(accounts=_accounts(simulators), keys=(*options.keys, EXAMPLE_KEY), progress=progress)
    cleanup.callback(stack.stop)
    stack.start()
    port = stack.emulator.port
    open_to_containers([port, simulators.port], cleanup)
    _write("env.json", environment(deployed(stack), port))
    template = yaml_parse((built / "template.yaml").read_text(encoding="utf-8"))
    _write("template.json", template_for_containers(template, built, ready.architecture))
    return Sam(ready.sam, image, stack, simulators)


def sam_environment() -> dict[str, str]:
    """Our environment without the user's AWS settings, which are none of these functions' business, and our modules."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    user, secret = ROOT_CREDENTIALS
    aws = {"AWS_ACCESS_KEY_ID": user, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": REGION}
    return kept | aws | {"SAM_CLI_TELEMETRY": "0"}


def _build(python: str, architecture: str) -> Path:
    """As `make build` does, but into a folder of its own and for the processor that containers run on."""
    log = FOLDER / "build.log"
    command = [python, "-m", "tools.build", "--folder", str(FOLDER), "--cached", "--parallel"]
    command += ["--parameter-overrides", f"Architecture={architecture}"]
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=ROOT, env=sam_environment(), stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise NotReady(f"the build failed; see {log}")
    return FOLDER / ".aws-sam" / "build"


def _accounts(simulators: Running) -> list[AccountSettings]:
    """The simulators' accounts, at the address that functions in containers and on this machine have in common."""
    accounts = []
    for name, simulator in simulators.simulators.items():
        simulator.origin = f"http://{HOST}:{simulators.port}"
        accounts += [
            AccountSettings(name, account, simulator.account(account)) for account in simulator.account_names()
        ]
    return accounts


def deployed(stack: LocalStack) -> dict[str, Mapping[str, str]]:
    """The environment variables of each function of a running stack, by its name in the template."""
    functions = stack.client("lambda")
    return {
        name: functions.get_function_configuration(FunctionName=physical)["Environment"]["Variables"]
        for name, physical in stack.functions.items()
    }


def _write(name: str, content: Mapping[str, Any]) -> None:
    (FOLDER / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
