"""The layer keeps what the package uses of botocore, whatever clients are added to it, and loads compiled."""

from __future__ import annotations

import gzip
import re
from importlib.util import cache_from_source
from pathlib import Path

import botocore
import pytest

from tools.prune_layer import PruneError, finish, layers_of, main, prune, services_of

PACKAGE = Path(__file__).parents[3] / "layers/message_detail/python/message_detail"
#: What byte code begins with, after its version: by content, and never compared with its source (PEP 552).
UNCHECKED = (1).to_bytes(4, "little")


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A folder of `sam build` with a small layer; its package makes clients of two services."""
    folder = tmp_path / "MessageDetailLayer" / "python"
    write(
        folder / "message_detail/store.py",
        'from message_detail.adapters.aws import clients\nclients.client("dynamodb")\n',
    )
    write(
        folder / "message_detail/queue.py",
        'from message_detail.adapters.aws import clients\nmade = lambda: clients.client("sqs")\n',
    )
    for service in ("dynamodb", "sqs", "ec2", "sts"):
        model = write(folder / f"botocore/data/{service}/2012-11-05/service-2.json.gz")
        model.write_bytes(gzip.compress(f'{{"metadata":{{"endpointPrefix":"{service}"}}}}'.encode()))
    write(folder / "botocore/data/endpoints.json", '{"partitions":[]}')
    for name in ("partitions.json", "_retry.json", "sdk-default-configuration.json"):
        write(folder / "botocore/data" / name, "{}")
    write(folder / "boto3/data/ec2/2016-11-15/resources-1.json", "{}")
    write(folder / "boto3/session.py", "kept = True\n")
    write(folder / "message_detail/testing/__init__.py", "import pytest\n")
    write(folder / "message_detail/testing/__pycache__/__init__.cpython-313.pyc", "of the tests")
    write(folder / "message_detail/__pycache__/gone.cpython-313.pyc", "of a module that is no more")
    return folder


def kept(layer: Path) -> set[str]:
    return {path.relative_to(layer).as_posix() for path in layer.rglob("*") if path.is_file()}


def test_services_are_those_of_every_client_that_the_package_makes() -> None:
    """Told apart by other means than the tool's: its text; and no client is made in another way."""
    texts = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    named = {name for text in texts.values() for name in re.findall(r"\bclients\.client\(\s*\"([\w-]+)\"", text)}
    assert services_of(PACKAGE) == named
    assert named
    others = re.compile(r"create_client\(|boto3\.(client|resource|Session)|import boto3|clients import .*\bclient\b")
    found = {path.name for path, text in texts.items() if any(map(others.search, _code(text)))}
    assert found == {"clients.py"}


def _code(text: str) -> list[str]:
    """The lines that are no prose: docstrings may tell of boto3.client."""
    return re.sub(r'""".*?"""', "", text, flags=re.DOTALL).splitlines()


def test_services_of_the_package_are_in_botocore() -> None:
    data = Path(botocore.__file__).parent / "data"
    assert all(any(data.glob(f"{service}/*/service-2.json*")) for service in services_of(PACKAGE))


def test_models_of_other_services_go_and_the_rest_stays(layer: Path) -> None:
    before = kept(layer)
    prune(layer)
    assert before - kept(layer) == {
        "botocore/data/ec2/2012-11-05/service-2.json.gz",
        "botocore/data/sts/2012-11-05/service-2.json.gz",
        "boto3/data/ec2/2016-11-15/resources-1.json",
        "message_detail/__pycache__/gone.cpython-313.pyc",
        "message_detail/testing/__init__.py",
        "message_detail/testing/__pycache__/__init__.cpython-313.pyc",
    }


def test_a_client_that_is_added_keeps_its_service(layer: Path) -> None:
    write(
        layer / "message_detail/machines.py", 'from message_detail.adapters.aws import clients\nclients.client("ec2")\n'
    )
    prune(layer)
    assert (layer / "botocore/data/ec2").is_dir()


def test_modules_are_compiled_for_a_folder_that_cannot_be_written_to(layer: Path) -> None:
    finish(layer)
    compiled = Path(cache_from_source(str(layer / "message_detail/store.py"))).read_bytes()
    assert compiled[4:8] == UNCHECKED
    assert b"/opt/python/message_detail/store.py" in compiled


def test_a_second_run_changes_nothing(layer: Path) -> None:
    def contents() -> dict[str, bytes]:
        return {name: (layer / name).read_bytes() for name in kept(layer)}

    finish(layer)
    first = contents()
    told = finish(layer)
    assert contents() == first
    assert re.fullmatch(r"layer: (\S+) to \1 MB unzipped, (\S+) to \2 MB zipped", told)


def test_a_service_that_botocore_lacks_ends_it_before_anything_is_dropped(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        layer / "message_detail/more.py", 'from message_detail.adapters.aws import clients\nclients.client("nosuch")\n'
    )
    before = kept(layer)
    assert main([str(layer.parents[1])]) == 1
    assert capsys.readouterr().err.startswith("prune_layer: botocore has no service nosuch")
    assert kept(layer) == before


def test_a_client_of_a_service_that_cannot_be_read_off_ends_it(layer: Path) -> None:
    write(
        layer / "message_detail/more.py",
        'from message_detail.adapters.aws import clients\nname = "s3"\nclients.client(name)\n',
    )
    with pytest.raises(PruneError, match=r"more\.py, line 3: clients\.client\(name\) must name its service"):
        prune(layer)


def test_a_layer_larger_than_lambda_takes_ends_it(layer: Path) -> None:
    with pytest.raises(PruneError, match=r"MB unzipped; Lambda takes 0\.0 MB"):
        finish(layer, largest=10)


def test_a_folder_without_a_layer_ends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert layers_of(tmp_path) == []
    assert main([str(tmp_path)]) == 1
    assert "run `sam build` first" in capsys.readouterr().err
