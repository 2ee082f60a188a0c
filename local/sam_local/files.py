"""The two files that `sam local` is given: a template for containers, and their environment (`--env-vars`)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from local.emulator import REGION, ROOT_CREDENTIALS

#: What containers call the host (see the package).
HOST: Final = "localhost"
#: What AWS's libraries read. The SAM CLI hands on only variables that the template declares.
AWS_VARIABLES: Final = (
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)


def aws_variables(port: int) -> dict[str, str]:
    """The emulator as AWS, with its root user. They also keep whatever account the user is signed in to away."""
    user, secret = ROOT_CREDENTIALS
    values = (f"http://{HOST}:{port}", user, secret, "", REGION, REGION)
    return dict(zip(AWS_VARIABLES, values, strict=True))


def environment(deployed: Mapping[str, Mapping[str, str]], port: int) -> dict[str, dict[str, str]]:
    """The env file: each function's variables as deployed to the emulator at `port`, as a container is to have them."""
    there, here = "http://127.0.0.1:", f"http://{HOST}:"
    return {
        function: {name: value.replace(there, here) for name, value in variables.items()} | aws_variables(port)
        for function, variables in deployed.items()
    }


def template_for_containers(built: Mapping[str, Any], folder: Path, architecture: str) -> dict[str, Any]:
    """What `sam build` wrote into `folder`, usable from anywhere and for an image that already holds the layer.

    The SAM CLI would pack a layer of the template into an image anew for each invocation.
    """
    template: dict[str, Any] = copy.deepcopy(dict(built))
    template["Parameters"]["Architecture"]["Default"] = architecture
    shared = template["Globals"]["Function"]
    shared.pop("Layers", None)
    shared["Environment"]["Variables"] |= dict.fromkeys(AWS_VARIABLES, "")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = str(folder / resource["Properties"]["CodeUri"])
    return template
