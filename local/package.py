"""The template and the code that it names, made ready for the emulator: zips in a bucket."""

from __future__ import annotations

import io
import json
import os
import py_compile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, Final

from samtranslator.yaml_helper import yaml_parse

BUCKET: Final = "code"
TEMPLATE: Final = "template.json"
_CODE_KEYS: Final = {
    "AWS::Serverless::Function": ("CodeUri", ""),
    # Lambda mounts a layer at /opt and has /opt/python on its path; `sam build` adds the folder, so we do.
    "AWS::Serverless::LayerVersion": ("ContentUri", "python/"),
}
_BATCHED: Final = frozenset({"sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"})


def load_template(root: Path) -> dict[str, Any]:
    """The project's template.yaml, with CloudFormation's tags as functions ({"Ref": …})."""
    template: dict[str, Any] = yaml_parse((root / "template.yaml").read_text(encoding="utf-8"))
    return template


def upload(root: Path, s3: Any) -> str:
    """Put every function's and layer's code, and the template that points there, into a bucket; its key."""
    s3.create_bucket(Bucket=BUCKET)
    template = load_template(root)
    _leave_out_what_is_not_for_here(template["Resources"])
    stored: set[str] = set()
    for resource in template["Resources"].values():
        if resource["Type"] not in _CODE_KEYS:
            continue
        key, prefix = _CODE_KEYS[resource["Type"]]
        folder = resource["Properties"][key]
        if folder not in stored:
            s3.put_object(Bucket=BUCKET, Key=folder, Body=zipped(root / folder, prefix))
            stored.add(folder)
        resource["Properties"][key] = f"s3://{BUCKET}/{folder}"
        for policy in resource["Properties"].get("Policies", []):
            _allow_batches(policy["Statement"])
    s3.put_object(Bucket=BUCKET, Key=TEMPLATE, Body=json.dumps(template).encode())
    return f"{BUCKET}/{TEMPLATE}"


def _leave_out_what_is_not_for_here(resources: dict[str, dict[str, Any]]) -> None:
    """Drop what can't be had here.

    Alarms on what is computed of several metrics, which ministack 1.5 refuses (it evaluates no alarm), and the bucket's
    policy, which refuses connections without TLS, as all are on loopback.
    """
    for name in [name for name, resource in resources.items() if _is_not_for_here(resource)]:
        del resources[name]


def _is_not_for_here(resource: Mapping[str, Any]) -> bool:
    computed = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return computed or resource["Type"] == "AWS::S3::BucketPolicy"


def _allow_batches(statements: list[dict[str, Any]]) -> None:
    """Name the batch form beside each action that has one.

    IAM has no such actions: who may send a message may send ten. ministack 1.5 asks for them all the same.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
    """
    for statement in statements:
        named = statement["Action"]
        actions = [named] if isinstance(named, str) else list(named)
        statement["Action"] = actions + [f"{action}Batch" for action in actions if action in _BATCHED]


def zipped(folder: Path, prefix: str = "") -> bytes:
    """A zip of a folder's files under `prefix`, with compiled modules, so that no cold start compiles again.

    Packages that the layer's requirements.txt names are not in it: functions run in this virtual environment.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(_files(folder)):
            name = prefix + path.relative_to(folder).as_posix()
            archive.write(path, name)
            if path.suffix == ".py":
                archive.writestr(_compiled_name(name), _compiled(path))
    return buffer.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder, those of folders that it links to as well: `sam build` copies them, too."""
    for parent, _, names in os.walk(folder, followlinks=True):
        if not parent.endswith("__pycache__"):
            yield from (Path(parent, name) for name in names)


def _compiled_name(name: str) -> str:
    return cache_from_source(name)


def _compiled(path: Path) -> bytes:
    """Byte code that is not checked against the source's time, which unpacking changes."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "module.pyc"
        py_compile.compile(
            str(path),
            cfile=str(target),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return target.read_bytes()
