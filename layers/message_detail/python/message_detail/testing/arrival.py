"""How a leaf of a provider's answer can have arrived in a message."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from message_detail.domain.json_leaves import Path
from message_detail.providers.base.field_rules import FieldRule, FieldTable
from message_detail.testing.leaves import anywhere, generic, get, same, same_text
from message_detail.testing.message_fields import annotation_of, is_plain_text, values_at


def accounted_for(table: FieldTable, message: dict[str, Any], path: Path, leaf: Any) -> bool:
    """Whether a leaf of a document is in the message as the table says: as itself, under extensions, or left out."""
    rule = table.rule(generic(path))
    kept = get(message["extensions"], path)
    if same(kept, leaf) or is_left_out(rule) or _is_hashed(message, leaf):
        return True
    if rule is None:
        return False
    if rule.redacted:
        return kept is not None
    return bool(rule.targets) and _arrived(rule, message, leaf)


def _arrived(rule: FieldRule, message: dict[str, Any], leaf: Any) -> bool:
    """Whether the canonical fields of a rule hold the leaf: the same text where they are plain text."""
    values = [(target, value) for target in rule.targets for value in values_at(message, target)]
    plain = [value for target, value in values if is_plain_text(target)]
    if any(same_text(value, leaf) for value in plain):
        return True
    if plain and isinstance(leaf, str):
        return _is_list_of(leaf, [value for value in plain if isinstance(value, str)])
    numbers = [value for target, value in values if annotation_of(target) in (int, bool)]
    if numbers and not isinstance(leaf, str):
        return any(same_text(value, leaf) for value in numbers)
    return any(not is_plain_text(target) for target, _ in values)


def _is_list_of(text: str, parts: list[str]) -> bool:
    """Whether a text lists the parts, with nothing but punctuation between them."""
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "")
    return not any(character.isalnum() for character in text)


def _is_hashed(message: dict[str, Any], leaf: Any) -> bool:
    """Whether the hash of inline content stands for it somewhere."""
    if not isinstance(leaf, str):
        return False
    try:
        content = base64.b64decode(leaf.rpartition(",")[2], validate=True)
    except ValueError:
        content = leaf.encode()
    return anywhere(message, hashlib.sha256(content).hexdigest())


def is_left_out(rule: FieldRule | None) -> bool:
    """Ignored for a reason; inline content, for which its hash stands, is never kept either."""
    return rule is not None and (rule.ignored is not None or any(target.endswith(".sha256") for target in rule.targets))


def is_drift(message: dict[str, Any], path: Path) -> bool:
    """Whether the place, or one that it is in, is listed."""
    listed = {entry["path"] for entry in message["provenance"]["drift"]}
    parts = generic(path)
    return any(".".join(parts[:end]).replace(".[]", "[]") in listed for end in range(1, len(parts) + 1))
