"""The rights that template.yaml gives to functions, one by one, and how one of them is taken away for a while."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from local.package import load_template
from local.stack import ROOT, LocalStack
from message_detail.providers import names

SHARED: Final = "-"
"""Stands for the provider where a function is for all of them."""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One action that one statement of one function's policy allows."""

    function: str
    sid: str
    action: str

    @property
    def provider(self) -> str:
        """Whose function it is."""
        return next((name for name in names() if self.function.startswith(name.capitalize())), SHARED)

    @property
    def kind(self) -> str:
        """The function's name without its provider: those of one kind have the same rights."""
        return self.function.removeprefix(self.provider.capitalize())

    def __str__(self) -> str:
        return f"{self.function}-{self.sid}-{self.action}"


def rights_of_template() -> list[Right]:
    """All rights in template.yaml."""
    found: list[Right] = []
    for name, resource in load_template(ROOT)["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            for policy in resource["Properties"].get("Policies", []):
                found += _rights(name, policy["Statement"])
    return found


def rights_of_roles(stack: LocalStack) -> list[Right]:
    """All rights that the roles of the deployed functions have by policies of their own."""
    found: list[Right] = []
    for function, name in stack.functions.items():
        for role, policy in _policies(stack, name):
            found += _rights(function, _document(stack, role, policy)["Statement"])
    return found


def policy_of(stack: LocalStack, function: str) -> dict[str, Any]:
    """The policy of a deployed function's role."""
    ((role, policy),) = _policies(stack, stack.functions[function])
    return _document(stack, role, policy)


def managed_policies(stack: LocalStack) -> set[str]:
    """The names of the managed policies that the functions' roles have besides."""
    attached = [
        stack.client("iam").list_attached_role_policies(RoleName=_role(stack, name))["AttachedPolicies"]
        for name in stack.functions.values()
    ]
    return {policy["PolicyName"] for policies in attached for policy in policies}


@contextmanager
def without_right(stack: LocalStack, function: str, sid: str, action: str | None = None) -> Iterator[None]:
    """Takes a statement, or one action of it, out of a function's policy for a while. It counts from the next call."""
    ((role, policy),) = _policies(stack, stack.functions[function])
    iam, document = stack.client("iam"), _document(stack, role, policy)
    kept = list(_without(document["Statement"], sid, action))
    assert kept != document["Statement"], f"{function} has no {action or 'action'} in a statement {sid}"
    put = {"RoleName": role, "PolicyName": policy}
    if kept:
        iam.put_role_policy(**put, PolicyDocument=json.dumps(document | {"Statement": kept}))
    else:  # a policy can't be empty
        iam.delete_role_policy(**put)
    try:
        yield
    finally:
        iam.put_role_policy(**put, PolicyDocument=json.dumps(document))


def _without(statements: Iterable[Mapping[str, Any]], sid: str, action: str | None) -> Iterator[Mapping[str, Any]]:
    for statement in statements:
        # With an action goes its batch form, which only the emulator knows (local/package.py).
        gone = actions(statement) if action is None else {action, f"{action}Batch"}
        left = [one for one in actions(statement) if one not in gone]
        if statement["Sid"] != sid:
            yield statement
        elif left:
            yield {**statement, "Action": left}


def actions(statement: Mapping[str, Any]) -> list[str]:
    """A statement's actions, however many it has."""
    named = statement["Action"]
    return [named] if isinstance(named, str) else list(named)


def _rights(function: str, statements: Iterable[Mapping[str, Any]]) -> Iterator[Right]:
    for statement in statements:
        # The batch forms are none of the template's (local/package.py).
        yield from (Right(function, statement["Sid"], one) for one in actions(statement) if not one.endswith("Batch"))


def _role(stack: LocalStack, name: str) -> str:
    """The role of a function, by its physical name."""
    configuration = stack.client("lambda").get_function_configuration(FunctionName=name)
    return str(configuration["Role"].rpartition("/")[2])


def _policies(stack: LocalStack, name: str) -> list[tuple[str, str]]:
    """The (role, inline policy) pairs of a function: one, or none where it may do nothing."""
    role = _role(stack, name)
    return [(role, policy) for policy in stack.client("iam").list_role_policies(RoleName=role)["PolicyNames"]]


def _document(stack: LocalStack, role: str, policy: str) -> dict[str, Any]:
    found = stack.client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    document: dict[str, Any] = json.loads(found) if isinstance(found, str) else found
    return document
