"""Whose webhook it is: the account of the address; at HighLevel the one whose location the body names."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from message_detail.testing import Scheme
from tests.unit.webhooks.cloud import Cloud, counts, is_problem
from tests.unit.webhooks.schemes import ONE_OF_EACH

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)


@each
def test_named_account_is_used(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme, "default", scheme.other_key)
    cloud.put_account(scheme, "second")
    assert cloud.post(scheme.provider, scheme.signed())["statusCode"] == 401
    assert cloud.post(scheme.provider, scheme.signed(path="/second"))["statusCode"] == 200
    assert [task["account"] for task in cloud.tasks(scheme.provider)] == ["second"]


@each
def test_a_missing_account_and_a_wrong_proof_get_the_same_answer(
    cloud: Cloud, scheme: Scheme, logged: list[str]
) -> None:
    """Nobody learns from an answer which accounts there are, nor what the stack is called; the log tells."""
    missing = [cloud.post(scheme.provider, scheme.signed())]
    cloud.put_account(scheme)
    missing.append(cloud.post(scheme.provider, scheme.signed(path="/nobody")))
    wrong = cloud.post(scheme.provider, scheme.signed(key=scheme.other_key))
    is_problem(wrong, 401, "signature_invalid")
    assert all(response == wrong for response in missing)
    assert cloud.tasks(scheme.provider) == []
    assert any(f"stack/{scheme.provider}/nobody" in line for line in logged)


@each
@pytest.mark.parametrize(
    "text", ['{"nonsense": 1}', "no JSON", "[]", '{"webhook_secrets": 7}'], ids=["unknown key", "text", "list", "type"]
)
def test_settings_that_cant_be_used_make_the_provider_send_again(
    cloud: Cloud, scheme: Scheme, text: str, logged: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.secrets.create_secret(Name=f"stack/{scheme.provider}/default", SecretString=text)
    response = cloud.post(scheme.provider, scheme.signed())
    is_problem(response, 503, "storage_unavailable")
    assert response["headers"]["retry-after"] == "60"
    assert "nonsense" not in response["body"]
    assert "stack" not in response["body"]
    assert counts(capsys.readouterr().out) == {"received": 1, "rejected_account_unusable": 1}
    assert any("can't be used" in line or "does not hold" in line for line in logged)
    assert cloud.tasks(scheme.provider) == []


@each
@pytest.mark.parametrize("code", ["InternalServiceError", "ThrottlingException", "AccessDeniedException"])
def test_settings_that_cant_be_read_make_the_provider_send_again(
    cloud: Cloud, scheme: Scheme, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put_account(scheme)

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code}}, "GetSecretValue")

    with monkeypatch.context() as patch:
        patch.setattr(cloud.secrets, "get_secret_value", refuse)
        is_problem(cloud.post(scheme.provider, scheme.signed()), 503, "storage_unavailable")
    assert cloud.post(scheme.provider, scheme.signed())["statusCode"] == 200


@each
@pytest.mark.parametrize("name", ["/a b", "/default/more", "/%2e", "/" + "a" * 65])
def test_name_that_no_account_can_have_is_400(cloud: Cloud, scheme: Scheme, name: str) -> None:
    is_problem(cloud.post(scheme.provider, scheme.signed(path=name)), 400, "invalid_request")
