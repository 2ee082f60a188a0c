"""Secrets in data that is kept are blanked; everything else stays as it is."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain import json_codec
from message_detail.domain.redaction import secret_pairs
from message_detail.domain.redaction.redact import redact, redact_member
from message_detail.domain.redaction.secret_shapes import BLANK

# --- by name

SECRET_NAMES = [
    "Authorization", "x-api-key", "apiKey", "API_KEY", "APIKey", "apikey", "clientSecret", "client-secret", "password",
    "passwd", "pwd", "userPwd", "pass", "smtpPass", "passphrase", "passcode", "pin", "pinNumber", "otp", "auth", "jwt",
    "refresh_token", "accesstoken", "ACCESS_TOKEN", "id_token", "oauth_token_secret", "csrfToken", "bearer",
    "Set-Cookie",
    "cookies", "X-Signature", "X-Hub-Signature-256", "hmac", "sig", "session", "sessionId", "PHPSESSID", "accessKeyId",
    "AWS_ACCESS_KEY_ID", "secretAccessKey", "private_key", "privateKey", "X-Auth-Key", "Ocp-Apim-Subscription-Key",
    "X-Amz-Security-Token", "Proxy-Authorization", "credentials", "signingKey", "webhook_secrets", "newPassword",
    "password_confirmation", "password2", "api_key_v2", "verification_code", "db.password", "heslo",
    "password_salt", "totp_seed", "recovery_phrase", "seedPhrase", "recoveryphrase", "mnemonic", "connect.sid",
    "contraseña", "contrasen\u0303a", "mot_de_passe", "motDePasse", "pass\u200bword",
    "ｐａｓｓｗｏｒｄ", "ａｐｉ_ｋｅｙ",
]  # fmt: skip
OTHER_NAMES = [
    "tokens_used", "token_type", "tokenCount", "tokenizer", "sessionCount", "sessions_started", "session_started_at",
    "cookie_consent", "cookiePolicy", "signature_status", "signatory", "designation", "author", "authorId", "authority",
    "authorized_by", "authenticated", "auth_type", "passenger", "passport", "passes", "compass", "bypass", "pinned",
    "pinned_at", "opinion", "spin", "password_changed_at", "passwordReset", "key", "keys", "public_key", "primary_key",
    "idempotency_key", "monkey", "keyword", "code", "country_code", "statusCode", "postal_code", "secretary",
    "secret_name", "id", "account_sid", "name", "value", "expires_in", "credit", "shipping",
    "salt", "seed", "random_seed", "phrase", "search_phrase", "connect", "sid", "passe", "mot", "señal", "ｎａｍｅ",
    "seed_count",
]  # fmt: skip


@pytest.mark.parametrize("key", SECRET_NAMES)
def test_a_secret_by_its_name(key: str) -> None:
    assert redact({key: "invented", "path": "/v1"}) == {key: BLANK, "path": "/v1"}
    assert redact([{"deep": [{key: {"any": ["thing", 1, True, None, ""]}}]}]) == [
        {"deep": [{key: {"any": [BLANK, 1, True, None, ""]}}]}
    ]
    assert redact(f'{{"{key}": "invented", "n": 1}}') == f'{{"{key}":"{BLANK}","n":1}}'
    assert redact({key: None}) == {key: None}


@pytest.mark.parametrize(
    "name",
    ["PASSWORD", "PassPhrase", "pa\u017f\u017fword", "API_\u212aEY", "\uff30\uff37"],
    ids=["capitals", "words", "long s", "kelvin", "wide"],
)
def test_running_text_names_a_secret_in_letters_of_any_case(name: str) -> None:
    assert redact(f"{name}: invented2") == f"{name}: {BLANK}"


@pytest.mark.parametrize("key", OTHER_NAMES)
def test_a_name_that_is_only_like_one_hides_nothing(key: str) -> None:
    for value in ("invented", "ok", "bearer", {"a": "b"}, ["x"]):
        assert redact({key: value}) == {key: value}
    assert redact(f"{key}: invented, {key}=ok") == f"{key}: invented, {key}=ok"


@pytest.mark.parametrize("key", SECRET_NAMES)
@pytest.mark.parametrize("value", [12, 0, 1.5, True, False, None, "", [], {}, [1, 2], {"used": 12, "on": True}])
def test_numbers_and_truth_values_are_never_blanked(key: str, value: Any) -> None:
    assert redact({key: value}) == {key: value}


@pytest.mark.parametrize("value", ["invented", ["invented", "invented too"], {"raw": "invented"}])
@pytest.mark.parametrize(
    "names", [("name", "value"), ("key", "value"), ("header", "value"), ("Name", "Value"), ("k", "v")]
)
def test_a_secret_by_the_name_beside_it(names: tuple[str, str], value: Any) -> None:
    one, other = names
    for data in ({one: "Authorization", other: value, "n": 1}, {other: value, one: "X-Api-Key"}):
        assert "invented" not in json_codec.dumps(redact([data]))
        assert "invented" not in redact(json_codec.dumps([data])), "as JSON in a string"
        assert list(redact(data)) == list(data), "in the same order"
    assert redact({one: "Accept", other: value}) == {one: "Accept", other: value}
    assert redact({one: "token", other: 12}) == {one: "token", other: 12}
    assert redact_member({one: "Authorization", other: "invented"}, other) == BLANK
    assert redact_member({one: "Authorization", other: "invented", "path": "/v1"}, "path") == "/v1"
    assert redact_member({one: "Accept", other: "kept"}, other) == "kept"


def test_a_member_alone_is_redacted_as_it_is_among_the_others() -> None:
    members = {"log": '{"token":"invented"}', "mail": {"text": "password: hunter2"}, "token": "invented", "path": "/v1"}
    assert {name: redact_member(members, name) for name in members} == redact(members)
    assert [redact_member(["Bearer abc", "kept"], place) for place in "01"] == [BLANK, "kept"]


def test_headers_in_lists() -> None:
    assert redact([["Authorization", "Token x y"], ["Accept", "z"]]) == [["Authorization", BLANK], ["Accept", "z"]]
    assert redact([["api_key", "x"]]) == [["api_key", BLANK]]
    assert redact(["Accept", "z", "X-Api-Key", "x", "Cookie", ["a=1", "b=2"]]) == [
        "Accept", "z", "X-Api-Key", BLANK, "Cookie", [BLANK, BLANK],
    ]  # fmt: skip
    assert redact(["Cookie", "a=1; b=2", "n", "x y"]) == ["Cookie", BLANK, "n", "x y"]
    for kept in (["x y", "z", "Cookie"], ["Content-Type", "text/html; a", "z"], ["Content-Type", "text/html; a"]):
        assert redact(kept) == kept
    header = f"X-{'A' * 30}-Api-Key"
    assert redact(["n", "x y", header, "x"]) == ["n", "x y", header, BLANK]
    assert redact(["n", "x y", f"X{header}", "x"]) == ["n", "x y", f"X{header}", "x"], "no header's name is as long"
    assert redact(["password", "my-" + "a" * 37]) == ["password", "my-" + "a" * 37]
    assert redact(["password", "my-" + "a" * 38]) == ["password", BLANK], "no name is as long"
    for names in (["Authorization", "Content-Type"], ["X-Api-Key", "Accept", "Cookie"], ["password", "email"]):
        assert redact(names) == names


# --- by look

SHAPES = [
    "Bearer abc.def-ghi", "bearer  abc", "Basic dXNlcjpwYXNz", "vendor_sk_live_0001", "sk_live_0001", "rk_live_0001",
    "sk_sm_0001", "whsec_abc+/=", "eyJhbGciOi.eyJzdWIi.sig", "eyJhbGciOi.eyJzdWIi", "AKIAINVENTED00000001",
    "ASIAINVENTED00000001", "ghp_invented0001", "gho_invented0001", "github_pat_11INVENTED_0001", "glpat-invented0001",
    "xoxb-1-invented", "xoxp-1-invented", "SG.invented1.invented2", "AIzaSyInvented00000001", "ya29.invented0001",
    "sk-proj-invented0000001", "pit-00000000-0000-4000-8000-000000000000", "123456789:AAinvented_invented_invented_00",
    "sq0atp-invented_00000001", "xkeysib-invented00000001", "EAA" + "inventeD" * 6, "0123456789abcdef" * 2 + "-us12",
    "pat-na1-00000000-0000-4000-8000-000000000000", "patInventedInvent." + "0123456789abcdef" * 4,
    "pypi-invented00000001", "ATATT3invented0000001", "hvs.invented00000001", "lin_api_invented00000001",
    "dapi" + "0123456789abcdef" * 2, "dp.st.invented00000001", "glsa_invented00000001", "secret_" + "inventeD" * 6,
    "NRAK-INVENTED00000001", "PMAK-invented00000001", "figd_invented00000001",
    "-----BEGIN RSA PRIVATE KEY-----\nMII\nxyz=\n-----END RSA PRIVATE KEY-----",
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nMII\nxyz=\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
    "PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nA\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 00ff",
    "-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----",
]  # fmt: skip
NO_SHAPES = [
    "task_1", "risk_level", "sk_SK", "desk_1", "basic plan", "basic terms", "<password> </password>",
    "-u https://x.example/a", "Basic information", "the bearer of this",
    "Bearer token required",
    "bearer", "SG.com", "AKIA", "ASIAN", "eyJ", "eyJhIjoxfQ", "xoxo", "a.b.c", "https://example.com/?page=2#key",
    "https://user@example.com", "mailto:jane@example.com", "https://example.com:8443/a@b", "12:34:56", "1+1=2",
    "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----", "PuTTY-User-Key-File-2: not supported",
    "email\tpassword\tphone", "name\tx", "password\tnull",
    "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----\nMII", "keyword: blue",
    "Note to the author: call back", "compass=north", "tokens_used: 12", "cookie_consent=true", "token: 12",
    "session=null", "password: ", "invalid token: expired", "all tests pass: yes", "https://x.example:443/a?b@c",
    "secret_santa", "EAA", "pat-us1", "dp.x", "https://x.example/?q=a%3Ab%26c", "rm -f --force x:y", "-u x",
    "a --token", "&lt;b&gt;bold&lt;/b&gt;",
    "secret: true", "token://x", "signature_status: ok", "?code=12", "&country_code=AU",
]  # fmt: skip


@pytest.mark.parametrize("value", SHAPES)
def test_a_secret_by_its_look(value: str) -> None:
    assert redact({"header": value}) == {"header": BLANK}
    assert redact(f"before {value} after") == f"before {BLANK} after"
    assert redact([f"({value})"]) == [f"({BLANK})"]


@pytest.mark.parametrize("value", NO_SHAPES)
def test_a_look_that_is_only_like_one_hides_nothing(value: str) -> None:
    assert redact({"header": value}) == {"header": value}
    assert redact(f"before {value}") == f"before {value}"


def test_of_keys_and_certificates_in_one_text_the_private_keys_are_blanked() -> None:
    key, public, certificate = (
        f"-----BEGIN {label}-----\nMII\n-----END {label}-----" for label in ("PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE")
    )
    end = "-----END PRIVATE KEY-----"
    assert redact(f"{certificate} a {end} b {key} c {public} d {key} e") == (
        f"{certificate} a {end} b {BLANK} c {public} d {BLANK} e"
    )


@pytest.mark.parametrize("pair", ["u:p", "u:pa", "u:pas", ":inven", "??>>~~:invented", "ü~ÿ:invented"])
def test_a_user_and_password_in_base_64_are_blanked_in_both_its_alphabets(pair: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(pair.encode("latin-1")).decode()
        for written in (text, text.rstrip("=")):
            assert redact(f"before Basic {written} after") == f"before {BLANK} after"


def test_a_private_key_that_is_cut_off_is_blanked_to_its_end() -> None:
    assert redact("a -----BEGIN EC PRIVATE KEY-----\nMII\nxyz") == f"a {BLANK}"


# --- in running text


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ('{"token": "invented", "a": 1.10}', '{"token":"[redacted]","a":1.1}'),
        ('["Bearer invented", "kept"]', '["[redacted]","kept"]'),
        ('  {"token": "invented", "a": 1}', '{"token":"[redacted]","a":1}'),
        ('[{"a": {"X-API-Key": "invented"}}]', '[{"a":{"X-API-Key":"[redacted]"}}]'),
        ('{"a": "{\\"token\\": \\"invented\\"}"}', '{"a":"{\\"token\\":\\"[redacted]\\"}"}'),
        ('{"token": "invented", "cut', '{"token": [redacted], "cut'),
        ('{"token": "inv\\"ented", "cut', '{"token": [redacted], "cut'),
        ('{"a": "{\\"token\\": \\"invented', '{"a": "{\\"token\\": \\[redacted]'),
        ('{"token": 12, "pin": 1234, "cut', '{"token": 12, "pin": 1234, "cut'),
        ('[{"name":"Authorization","value":"invented x"},{"cut', '[{"name":"Authorization","value":[redacted]},{"cut'),
        (
            '[{"name":"Authorization","value":"invented"},{"value":"kept"},{"cut',
            '[{"name":"Authorization","value":[redacted]},{"value":"kept"},{"cut',
        ),
        ('"a\\npin: invented\\nb", cut', '"a\\npin: [redacted]\\nb", cut'),
        ('say "hi"\nAuthorization: Token invented "x", y\nHost: z', 'say "hi"\nAuthorization: [redacted]\nHost: z'),
        (
            '{"h":"Host: y\\nAuthorization: Token invented x\\nAccept: z","cut',
            '{"h":"Host: y\\nAuthorization: [redacted]\\nAccept: z","cut',
        ),
        ('{"password":\n "invented", "cut', '{"password":\n [redacted], "cut'),
        ('{"log":"token=\\"invented\\" kept","cut', '{"log":"token=\\[redacted] kept","cut'),
        (
            '{"a": "{\\"token\\": \\"inv\\\\\\"ented\\", \\"b\\": \\"kept',
            '{"a": "{\\"token\\": \\[redacted], \\"b\\": \\"kept',
        ),
        ('{"token": "inv\\\\", "b": "kept", "cut', '{"token": [redacted], "b": "kept", "cut'),
        ("X-Auth-Key: invented too\nHost: y", "X-Auth-Key: [redacted]\nHost: y"),
        ("x-auth-key=invented kept", "x-auth-key=[redacted] kept"),
        ("https://x.example/a?sig=inv,ented;x&sv=1", "https://x.example/a?sig=[redacted]&sv=1"),
        ("https://x.example/a?sv=1&sig=inv,ented;x#a", "https://x.example/a?sv=1&sig=[redacted]#a"),
        ("what?token: invented,kept", "what?token: [redacted],kept"),
        ("digest pin: 1234 kept", "digest pin: [redacted] kept"),
        ("auth: Token invented x\nHost: y", "auth: [redacted]\nHost: y"),
        ("-H 'Authorization: Token invented x", "-H 'Authorization: [redacted]"),
        ("`token: invented` kept", "`token: [redacted]` kept"),
        ("password: [invented kept", "password: [redacted] kept"),
        ("password: [redactedX kept", "password: [redacted] kept"),
        ("X-API-Key: invented\nAccept: */*", "X-API-Key: [redacted]\nAccept: */*"),
        ("https://example.com/?api_key=invented&page=2", "https://example.com/?api_key=[redacted]&page=2"),
        ("a\tb\npassword\tinvented\r\nc\td", "a\tb\npassword\t[redacted]\r\nc\td"),
        ("contraseña: invented, pass\u200bword=invented", "contraseña: [redacted], pass\u200bword=[redacted]"),
        ("connect.sid=invented; ｐｗｄ=invented", "connect.sid=[redacted]; ｐｗｄ=[redacted]"),
        ("PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 4\nAAAA", "[redacted]"),
        ("{'password': 'invented'}", "{'password': [redacted]}"),
        ("'password' => 'invented',", "'password' => [redacted],"),
        ("Authorization: Bearer invented", "Authorization: [redacted]"),
        ("Authorization: Token invented x\r\nHost: y", "Authorization: [redacted]\r\nHost: y"),
        ('Proxy-Authorization: Digest a="invented", b="x"\nHost: y', "Proxy-Authorization: [redacted]\nHost: y"),
        ("Cookie: a=invented; b=x, c\nHost: y", "Cookie: [redacted]\nHost: y"),
        ("> set-cookie: a=invented; Path=/\n> b", "> set-cookie: [redacted]\n> b"),
        ("x-auth: Token invented x", "x-auth: [redacted]"),
        ("curl -H 'Authorization: Token invented x' -d y", "curl -H 'Authorization: [redacted]' -d y"),
        (
            '"Host: y\\nAuthorization: Token invented x\\nAccept: z"',
            '"Host: y\\nAuthorization: [redacted]\\nAccept: z"',
        ),
        ('{"h":"Cookie: a=invented; b","n":1,"cut', '{"h":"Cookie: [redacted]","n":1,"cut'),
        ("https://jane:invented@example.com/", "https://[redacted]@example.com/"),
        ("postgres://jane:in@vented@db:5432/x", "postgres://[redacted]@db:5432/x"),
        ("https://sixteen--letters@example.com", "https://[redacted]@example.com"),
        ("https://invented-0000-0000-0000@example.com", "https://[redacted]@example.com"),
        ("https://x.example/a?sig=inv%2Fented&sv=1", "https://x.example/a?sig=[redacted]&sv=1"),
        ("https://x.example/a?key=invented&code=inv3nted", "https://x.example/a?key=[redacted]&code=[redacted]"),
        ("https://x.example/#access_token=invented&a=1", "https://x.example/#access_token=[redacted]&a=1"),
        ("https://x.example/?X-Amz-Signature=invented&a", "https://x.example/?X-Amz-Signature=[redacted]&a"),
        ("AccountName=y;AccountKey=invented==;Suffix=z", "AccountName=y;AccountKey=[redacted];Suffix=z"),
        ("user[password]=invented&a=1", "user[password]=[redacted]&a=1"),
        ("your pin: 1234, otp=123456.", "your pin: [redacted], otp=[redacted]"),
        ("api key: invented please", "api key: [redacted] please"),
        ("<password>invented</password><code>7</code>", "<password>[redacted]</password><code>7</code>"),
        ('<token type="x"><![CDATA[invented]]></token>', '<token type="x">[redacted]</token>'),
        ("&lt;password&gt;inv&amp;ented&lt;/password&gt; x", "&lt;password&gt;[redacted]&lt;/password&gt; x"),
        ("postgres://jane:inv/ent?e#d@db:5432/x", "postgres://[redacted]@db:5432/x"),
        ("curl -u jane:invented https://example.com", "curl -u jane:[redacted] https://example.com"),
        ("curl -u jane:in:vented https://example.com", "curl -u jane:[redacted] https://example.com"),
        ("tool --api-key invented --verbose", "tool --api-key [redacted] --verbose"),
        ("tool --password 'invented' x", "tool --password '[redacted]' x"),
        ("to=https%3A%2F%2Fx%2F%3Ftoken%3Dinvented%26a%3Db&c=1", "to=https://x/%3Ftoken%3D[redacted]%26a%3Db&c=1"),
        ("token%3Dinvented%26a%3Db", "token%3D[redacted]%26a%3Db"),
        ("user%5Bpassword%5D=invented&x=1", "user[password]=[redacted]&x=1"),
        ("https%3A%2F%2Fjane%3Ainvented%40example.com%2F", "https://[redacted]@example.com/"),
        ("https://hooks.slack.com/services/T0/B0/invented", "https://hooks.slack.com/services/[redacted]"),
        (
            "https://discord.com/api/webhooks/123456789012345678/" + "invented" * 8,
            "https://discord.com/api/webhooks/[redacted]",
        ),
    ],
)
def test_a_secret_in_running_text(text: str, blanked: str) -> None:
    assert redact(text) == blanked
    assert redact(blanked) == blanked


@pytest.mark.parametrize(
    "value",
    [
        '{"a": 1.10, "b": [1e400]}',
        '{"value": "kept", "token_type": "x", "cut',
        '{"token": "", "pin": "[redacted]", "cut',
        "password:\nkept",
        "https://fifteen-letters@example.com",
        "{not json",
        "[1] of 3",
        "plain",
        "",
        None,
        True,
        5,
        1.5,
        {"a": [1, None]},
        '{"a":1}' + " " * 9,
    ],
)
def test_what_holds_no_secret_stays_as_it_is(value: Any) -> None:
    assert redact(value) == value


def test_a_name_told_twice_hides_nothing() -> None:
    assert "invented" not in redact('{"a": "Bearer invented", "a": "harmless"}')
    assert "invented" not in redact('{"token": "invented", "token": null}')


def test_what_people_wrote_is_spared_where_it_may_be() -> None:
    data = {"text": "password: hunter2, Bearer abc", "Body": ["pin: 1234"], "headers": {"X-Api-Key": "invented"}}
    blanked = {**data, "headers": {"X-Api-Key": BLANK}}
    assert redact(data, spare_messages=True) == blanked
    assert redact({"text": {"log": "Cookie: invented"}}, spare_messages=True) == {"text": {"log": f"Cookie: {BLANK}"}}
    assert redact("password: hunter2", spare_messages=True) == "password: hunter2"
    assert redact(data)["text"] == f"password: {BLANK}, {BLANK}"


def test_a_large_text_loses_nothing_but_its_secrets() -> None:
    attachment = "QUJD" * 100_000
    assert redact(attachment) == attachment
    assert redact(f"{attachment}\ntoken=invented\n{attachment}") == f"{attachment}\ntoken={BLANK}\n{attachment}"


def test_a_text_of_nothing_but_separators_is_blanked_whole_when_it_may_name_a_secret() -> None:
    assert redact("a:" * 200_000) == "a:" * 200_000
    assert redact("a:" * 200_000 + "token=invented") == BLANK


# --- data that nobody means well


@pytest.mark.parametrize("quote", ["'", "`", '"', '\\"'])
@pytest.mark.parametrize("header", ["authorization:x", "x-auth-key: y", "cookie: a"])
def test_no_header_in_quotes_looks_at_the_rest_of_its_line(quote: str, header: str) -> None:
    """Thousands of them in one line would look at it thousands of times."""
    closed = f"{quote}{header}{quote}"
    near = secret_pairs._Pass(closed + "z" * 10)
    far = secret_pairs._Pass(closed + "z" * 100_000)
    begin = closed.index(":") + 1
    name = near._name_before(begin - 1)
    assert name is not None
    assert near._limit(name, begin) == far._limit(name, begin) < len(closed)
    assert redact(f"{quote}{header}" * 2_000).count(BLANK) >= 1_000


@pytest.mark.parametrize("depth", [200, 900, 100_000])
def test_deep_nesting_does_not_fail(depth: int) -> None:
    text = '{"a":' * depth + '{"token":"invented"}' + "}" * depth
    assert "invented" not in redact(text)


def test_deep_data_is_followed_to_its_end() -> None:
    deep: Any = {"token": "invented", "b": "kept"}
    for _ in range(50_000):
        deep = [deep]
    found = redact(deep)
    for _ in range(50_000):
        (found,) = found
    assert found == {"token": BLANK, "b": "kept"}


def test_json_in_json_in_json() -> None:
    text = '{"token":"invented"}'
    for _ in range(8):
        text = json_codec.dumps({"a": text})
        assert "invented" not in redact(text)


def test_what_is_given_stays_as_it_was() -> None:
    data = {"token": "invented", "a": [{"pin": "x"}]}
    redact(data)
    assert data == {"token": "invented", "a": [{"pin": "x"}]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.from_regex(r"\A[token:=\"' \\{}]{0,24}\Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_blanking_twice_is_blanking_once(value: Any) -> None:
    assert redact(redact(value)) == redact(value)
