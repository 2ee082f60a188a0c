"""What template.yaml promises, read from the template itself."""

from __future__ import annotations

import json
import re

import pytest

from message_detail.adapters.aws.key_schema import DUE_INDEX
from message_detail_cli.main import parse
from tests.template.reading import FUNCTIONS, PROVIDERS, RESOURCES, ROOT, TEMPLATE, all_routes, of_type, routes

# --- functions ---------------------------------------------------------------------------------------------


def test_there_are_three_functions_for_each_provider_and_the_shared_ones() -> None:
    kinds = ("Lookup", "Worker", "Webhook")
    expected = {f"{provider.capitalize()}{kind}" for provider in PROVIDERS for kind in kinds}
    assert set(FUNCTIONS) == expected | {
        "Authorizer",
        "Changes",
        "Console",
        "Deliver",
        "Endpoints",
        "Erase",
        "Messages",
        "Operations",
        "Public",
        "Reconcile",
        "Session",
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_handler_names_an_existing_function(function: str) -> None:
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    path = ROOT / FUNCTIONS[function]["CodeUri"] / f"{module}.py"
    assert path.is_file()
    assert re.search(rf"^(def {name}\b|{name}\s*[:=]|from .* import .*\b{name}\b)", path.read_text(), re.MULTILINE)


def test_runtime_and_architecture_are_the_same_for_functions_and_layer() -> None:
    shared = TEMPLATE["Globals"]["Function"]
    layer = RESOURCES["MessageDetailLayer"]
    assert shared["Runtime"] == "python3.13"
    assert shared["Architectures"] == [{"Ref": "Architecture"}]
    assert layer["Metadata"] == {"BuildMethod": "python3.13", "BuildArchitecture": {"Ref": "Architecture"}}
    assert layer["Properties"]["CompatibleRuntimes"] == ["python3.13"]
    assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    assert layer["Properties"]["ContentUri"] == "layers/message_detail/python"
    assert TEMPLATE["Parameters"]["Architecture"]["AllowedValues"] == ["arm64", "x86_64"]
    assert not any({"Runtime", "Architectures"} & set(properties) for properties in FUNCTIONS.values())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_logs_to_a_group_of_its_own_with_a_retention(function: str) -> None:
    groups = of_type("AWS::Logs::LogGroup")
    group = FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert group == f"{function}Logs"
    assert groups[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    names = [json.dumps(properties["LogGroupName"]) for properties in groups.values()]
    assert len(set(names)) == len(names) == len(FUNCTIONS) + 1


def test_http_functions_end_before_the_api_gives_up() -> None:
    assert TEMPLATE["Globals"]["Function"]["Timeout"] < 30
    own = {name: properties["Timeout"] for name, properties in FUNCTIONS.items() if "Timeout" in properties}
    workers = {f"{provider.capitalize()}Worker": {"Ref": "WorkerTimeout"} for provider in PROVIDERS}
    assert own == workers | {"Erase": {"Ref": "WorkerTimeout"}, "Reconcile": 50, "Changes": 60, "Deliver": 60}
    assert not {function for function, _ in routes().values()} & set(own)


def test_reconciliation_runs_every_minute_for_each_provider_and_ends_before_it_runs_again() -> None:
    properties = FUNCTIONS["Reconcile"]
    said = [json.loads(event["Properties"]["Input"]) for event in properties["Events"].values()]
    assert said == [{"provider": provider} for provider in PROVIDERS]
    assert {event["Type"] for event in properties["Events"].values()} == {"Schedule"}
    assert {event["Properties"]["Schedule"] for event in properties["Events"].values()} == {"rate(1 minute)"}
    assert properties["Timeout"] < 60


@pytest.mark.parametrize("variable", ["QUEUE_URLS", "DEAD_LETTER_QUEUE_URLS"])
def test_operations_find_the_queues_of_every_provider_by_its_name(variable: str) -> None:
    queue = "Queue" if variable == "QUEUE_URLS" else "DeadLetterQueue"
    separator, pairs = FUNCTIONS["Operations"]["Environment"]["Variables"][variable]["Fn::Join"]
    assert separator == ","
    assert pairs == [{"Fn::Sub": f"{provider}=${{{provider.capitalize()}{queue}}}"} for provider in PROVIDERS]


def test_environment_values_are_text_or_references() -> None:
    """A number there is text on AWS, and makes the emulator's function fail to start."""
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    own = [properties.get("Environment", {}).get("Variables", {}) for properties in FUNCTIONS.values()]
    for variables in [shared, *own]:
        assert all(isinstance(value, str | dict) for value in variables.values())
    assert int(shared["MAX_RECEIVES"]) == 5


# --- queues ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_queue_has_a_dead_letter_queue_that_keeps_longest(provider: str) -> None:
    queues = of_type("AWS::SQS::Queue")
    prefix = provider.capitalize()
    queue, dead = queues[f"{prefix}Queue"], queues[f"{prefix}DeadLetterQueue"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [f"{prefix}DeadLetterQueue", "Arn"]},
        "maxReceiveCount": 6,
    }
    assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert "RedrivePolicy" not in dead
    assert queue["SqsManagedSseEnabled"] is True
    assert dead["SqsManagedSseEnabled"] is True


def test_the_worker_dead_letters_before_the_queue_does() -> None:
    receives = int(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["MAX_RECEIVES"])
    for provider in PROVIDERS:
        queue = RESOURCES[f"{provider.capitalize()}Queue"]["Properties"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == receives + 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_worker_reports_failures_per_task(provider: str) -> None:
    prefix = provider.capitalize()
    mapping = of_type("AWS::Lambda::EventSourceMapping")[f"{prefix}WorkerTasks"]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": [f"{prefix}Queue", "Arn"]}
    assert mapping["FunctionName"] == {"Ref": f"{prefix}Worker"}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == 10
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "WorkerConcurrency"}}
    assert TEMPLATE["Parameters"]["WorkerConcurrency"]["MinValue"] == 2


def test_visibility_is_six_times_the_workers_timeout_for_every_allowed_pair() -> None:
    parameters, rules = TEMPLATE["Parameters"], TEMPLATE["Rules"]
    timeouts = parameters["WorkerTimeout"]["AllowedValues"]
    visibilities = parameters["VisibilityTimeout"]["AllowedValues"]
    passed = {timeout: {str(visibility) for visibility in visibilities} for timeout in timeouts}
    for name, rule in rules.items():
        if not name.startswith("VisibilityFor"):
            continue
        subject, timeout = rule["RuleCondition"]["Fn::Equals"]
        assert subject == {"Ref": "WorkerTimeout"}
        for assertion in rule["Assertions"]:
            choices, value = assertion["Assert"]["Fn::Contains"]
            assert value == {"Ref": "VisibilityTimeout"}
            passed[int(timeout)] &= set(choices)
    for timeout, left in passed.items():
        assert left == {str(visibility) for visibility in visibilities if visibility >= 6 * timeout}
        assert left, f"no VisibilityTimeout goes with WorkerTimeout {timeout}"
    assert parameters["VisibilityTimeout"]["Default"] >= 6 * parameters["WorkerTimeout"]["Default"]
    for provider in PROVIDERS:
        queue = RESOURCES[f"{provider.capitalize()}Queue"]["Properties"]
        assert queue["VisibilityTimeout"] == {"Ref": "VisibilityTimeout"}


# --- storage -----------------------------------------------------------------------------------------------


def test_table_is_encrypted_recoverable_expiring_and_kept() -> None:
    table = RESOURCES["Table"]
    properties = table["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"


def test_the_only_index_is_that_of_due_messages_and_holds_keys_only() -> None:
    properties = RESOURCES["Table"]["Properties"]
    (index,) = properties["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": DUE_INDEX,
        "KeySchema": [
            {"AttributeName": "due_shard", "KeyType": "HASH"},
            {"AttributeName": "due_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    defined = {attribute["AttributeName"] for attribute in properties["AttributeDefinitions"]}
    assert defined == {"pk", "sk", "due_shard", "due_at"}


def test_bucket_is_encrypted_private_unversioned_and_expiring() -> None:
    bucket = RESOURCES["ContentBucket"]
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert "VersioningConfiguration" not in properties
    erased, put_away, untagged, *tagged = properties["LifecycleConfiguration"]["Rules"]
    assert erased["Prefix"] == "erased/"
    assert erased["ExpirationInDays"] > 35, "as far back as a table can be restored"
    assert (put_away["Prefix"], put_away["ExpirationInDays"]) == ("aws/lambda/", 7)
    condition, rule, otherwise = untagged["Fn::If"]
    assert condition == "MessagesExpire"
    assert rule["Prefix"] == "messages/", "a rule for all would end what an account keeps longer"
    assert rule["ExpirationInDays"] == {"Ref": "RetentionDays"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert all(rule["TagFilters"][0]["Key"] == "keep" for rule in tagged)
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_bucket_refuses_connections_that_are_not_encrypted() -> None:
    policy = RESOURCES["ContentBucketPolicy"]
    assert policy["Type"] == "AWS::S3::BucketPolicy"
    assert policy["Properties"]["Bucket"] == {"Ref": "ContentBucket"}
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}
    assert statement["Resource"] == [
        {"Fn::GetAtt": ["ContentBucket", "Arn"]},
        {"Fn::Sub": "${ContentBucket.Arn}/*"},
    ]
    assert policy["DeletionPolicy"] == policy["UpdateReplacePolicy"] == "Retain"


# --- API ---------------------------------------------------------------------------------------------------


def expected_routes() -> dict[str, tuple[str, bool]]:
    expected = {
        "GET /v1/messages": ("Messages", True),
        "GET /v1/search": ("Messages", True),
        "GET /v1/providers": ("Messages", True),
        "GET /v1/export": ("Messages", True),
        "GET /v1/stats": ("Messages", True),
        "POST /v1/stats/recount": ("Operations", True),
        "GET /v1/drift": ("Messages", True),
        "POST /v1/erase": ("Messages", True),
        "GET /v1/erase/{erase_id}": ("Messages", True),
        "GET /v1/endpoints": ("Endpoints", True),
        "GET /v1/endpoints/{name}/deliveries": ("Endpoints", True),
        **{f"POST /v1/endpoints/{{name}}/{one}": ("Endpoints", True) for one in ("pause", "resume", "test", "replay")},
        "POST /v1/session": ("Session", True),
        "GET /v1/me": ("Session", True),
        "$default": ("Messages", True),
        "GET /v1/health": ("Public", False),
        "GET /v1/openapi.json": ("Public", False),
        "GET /v1/schemas/{schema_name}": ("Public", False),
        "GET /v1/docs": ("Console", False),
        "GET /v1/docs/{proxy+}": ("Console", False),
        "POST /v1/webhooks/{proxy+}": ("Public", False),
        "OPTIONS /{proxy+}": ("Public", False),
        "GET /console": ("Console", False),
        "GET /console/": ("Console", False),
        "GET /console/{proxy+}": ("Console", False),
    }
    for provider in PROVIDERS:
        prefix = provider.capitalize()
        expected |= {
            f"GET /v1/messages/{provider}/{{message_id+}}": (f"{prefix}Lookup", True),
            f"POST /v1/messages/{provider}/refresh": ("Operations", True),
            f"POST /v1/providers/{provider}/redrive": ("Operations", True),
            f"POST /v1/providers/{provider}/resume": ("Operations", True),
            f"POST /v1/providers/{provider}/sync": ("Operations", True),
            f"GET /v1/providers/{provider}/sync": ("Operations", True),
            f"GET /v1/providers/{provider}/dead-letters": ("Operations", True),
            f"GET /v1/providers/{provider}/sync/{{sync_id}}": ("Operations", True),
            f"GET /v1/webhooks/{provider}/rejected": ("Messages", True),
            f"POST /v1/webhooks/{provider}": (f"{prefix}Webhook", False),
            f"POST /v1/webhooks/{provider}/{{account}}": (f"{prefix}Webhook", False),
        }
    return expected


def test_routes_are_those_of_the_contract_with_the_authorizer_where_a_key_is_asked_for() -> None:
    assert routes() == expected_routes()


def test_each_route_that_has_get_has_head_at_the_same_function() -> None:
    heads = {key: one for key, one in all_routes().items() if key.startswith("HEAD ")}
    assert heads == {f"HEAD {key[4:]}": one for key, one in routes().items() if key.startswith("GET ")}


def test_authorizer_sees_the_authorization_header_and_is_cached() -> None:
    auth = RESOURCES["Api"]["Properties"]["Auth"]
    authorizer = auth["Authorizers"][auth["DefaultAuthorizer"]]
    assert authorizer["FunctionArn"] == {"Fn::Sub": "${Authorizer.Arn}:live"}
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["Identity"] == {"Headers": ["Authorization"], "ReauthorizeEvery": 300}


def test_access_log_holds_no_header_and_no_query_string() -> None:
    api = RESOURCES["Api"]["Properties"]
    logged = json.loads(api["AccessLogSettings"]["Format"])
    used = set(logged.values())
    assert {"$context.routeKey", "$context.authorizer.key_id"} <= used
    assert not any("path" in value.lower() or "header" in value.lower() for value in used)


# --- alarms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_webhooks_that_fail_are_counted_for_the_alarm(provider: str) -> None:
    prefix = provider.capitalize()
    alarms = of_type("AWS::CloudWatch::Alarm")
    counted = RESOURCES[f"{prefix}WebhookFailures"]["Properties"]["MetricTransformations"][0]
    assert counted["MetricName"] == alarms[f"{prefix}WebhookAlarm"]["MetricName"]


# --- outputs and parameters ---------------------------------------------------------------------------------


def test_outputs_tell_where_everything_is() -> None:
    queues = {f"{provider.capitalize()}{kind}QueueUrl" for provider in PROVIDERS for kind in ("", "DeadLetter")}
    shared = {
        "ApiUrl",
        "ApiId",
        "TableName",
        "BucketName",
        "WebhookUrl",
        "StoreAccount",
        "StoreApiKeys",
        "DomainTarget",
    }
    assert set(TEMPLATE["Outputs"]) == queues | shared
    assert all(parameter["Description"] for parameter in TEMPLATE["Parameters"].values())


def test_every_parameter_has_a_default_and_a_place_in_the_console() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(TEMPLATE["Parameters"])
    assert all("Default" in parameter for parameter in TEMPLATE["Parameters"].values())


@pytest.mark.parametrize(
    ("output", "values"),
    [
        ("StoreAccount", {"<provider>": PROVIDERS[0], "<account>": "default"}),
        ("StoreApiKeys", {"<name>": "me"}),
    ],
)
def test_output_names_a_command_that_is_there_with_options_that_it_takes(output: str, values: dict[str, str]) -> None:
    text = TEMPLATE["Outputs"][output]["Value"]["Fn::Sub"]
    values = values | {"${AWS::StackName}": "message-detail", "${AWS::Region}": "eu-central-1"}
    program, *words = (values.get(word, word) for word in text.split())
    assert program == "message-detail"
    parsed = parse(words)
    assert (parsed.stack, parsed.region) == ("message-detail", "eu-central-1")
