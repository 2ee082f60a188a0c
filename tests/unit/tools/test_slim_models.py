"""What the layer holds of botocore's data makes the same clients as botocore's own, and is quicker to load."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from tests.unit.tools.test_prune_layer import PACKAGE
from tools.prune_layer import services_of
from tools.slim_models import slim

DATA = Path(botocore.__file__).parent / "data"
SERVICES = sorted(services_of(PACKAGE))
REGIONS = ["us-east-1", "ap-southeast-2", "eu-central-2", "us-gov-west-1", "cn-north-1", "ca-west-1", "xx-new-1"]


@pytest.fixture(scope="module")
def slimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """botocore's data of our services, made smaller."""
    folder = tmp_path_factory.mktemp("botocore") / "data"
    shutil.copytree(DATA, folder, ignore=lambda at, names: {name for name in names if _is_other(Path(at), name)})
    slim(folder, SERVICES)
    return folder


def _is_other(at: Path, name: str) -> bool:
    return at == DATA and name not in SERVICES and (at / name).is_dir()


def clients_of(data: Path, service: str, region: str) -> Any:
    session = Session()
    loader = Loader(include_default_search_paths=False)
    loader.search_paths.append(str(data))
    session.register_component("data_loader", loader)
    return session.create_client(service, region_name=region, aws_access_key_id="id", aws_secret_access_key="secret")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_calls_the_same_endpoint_in_every_partition(slimmed: Path, service: str, region: str) -> None:
    own, whole = (clients_of(data, service, region) for data in (slimmed, DATA))
    assert own.meta.endpoint_url == whole.meta.endpoint_url
    assert own.meta.partition == whole.meta.partition
    assert own.meta.service_model.signing_name == whole.meta.service_model.signing_name


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("dynamodb", "get_item", {"TableName": "t", "Key": {"pk": {"S": "p"}}}),
        ("s3", "put_object", {"Bucket": "bucket", "Key": "k", "Body": b"x"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "s"}),
        ("sqs", "send_message", {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/q", "MessageBody": "x"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_client_makes_its_first_call(slimmed: Path, service: str, operation: str, arguments: Any) -> None:
    """Up to the network: some parts of a model are read then only."""
    own = clients_of(slimmed, service, "us-east-1")
    own.meta.events.register("before-send", lambda **_: (_ for _ in ()).throw(InterruptedError))
    with pytest.raises(InterruptedError):
        getattr(own, operation)(**arguments)


@pytest.mark.parametrize("service", SERVICES)
def test_a_model_has_lost_nothing_but_its_prose(slimmed: Path, service: str) -> None:
    for path in slimmed.glob(f"{service}/*/service-2.json.gz"):
        whole = json.loads(gzip.decompress((DATA / path.relative_to(slimmed)).read_bytes()))
        own = json.loads(gzip.decompress(path.read_bytes()))
        lost = {name for name, _ in set(_leaves(whole)) - set(_leaves(own))}
        assert lost == {"documentation"}
        assert set(_leaves(own)) <= set(_leaves(whole))


def _leaves(value: Any, name: str = "", path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, key, f"{path}/{key}")]
    if isinstance(value, list):
        return [leaf for at, item in enumerate(value) for leaf in _leaves(item, name, f"{path}/{at}")]
    return [(name, f"{path}={value!r}")]


def test_a_cold_start_parses_less_than_a_fifth(slimmed: Path) -> None:
    whole, own = (_parsed(data) for data in (DATA, slimmed))
    assert own * 5 < whole


def _parsed(data: Path) -> int:
    """Characters of JSON: the table of endpoints, and the models."""
    models = (
        gzip.decompress(path.read_bytes()) for one in SERVICES for path in data.glob(f"{one}/*/service-2.json.gz")
    )
    return len((data / "endpoints.json").read_bytes()) + sum(map(len, models))
