"""A server that speaks S3, for what is kept in a store of objects."""

from collections.abc import Iterator

import pytest

_NEEDS = "pip install -e '.[stores]'"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}  # fmt: skip


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server with no buckets."""
    moto = pytest.importorskip("moto.server", reason=f"moto is not installed: {_NEEDS}")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an empty bucket, which s3fs finds by the environment."""
    s3fs = pytest.importorskip("s3fs", reason=f"s3fs is not installed: {_NEEDS}")
    boto3 = pytest.importorskip("boto3")
    for name, value in {**_ENVIRONMENT, "AWS_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()  # one of another test has the environment of that
    store = boto3.resource("s3").create_bucket(Bucket="company-facts")
    yield "s3://company-facts"
    store.objects.all().delete()
    store.delete()
    store.meta.client.close()
