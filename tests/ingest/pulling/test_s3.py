"""An inbox in a bucket of a real S3 server: fetched once, told apart by entity tags, never written to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from outbox import DEALS, DEALS_FILE, home_of, pull, pulled, told
from servers import breaking_wire, closed_port

from ingest.errors import PartnerKpiError
from ingest.pulling.arrival import list_states
from partner_kpi.settings import Settings
from tests.partner_kpi.conftest import load_all

SECRET = "hush-hush-9"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


@pytest.fixture
def bucket(port: int) -> Any:
    """An empty bucket `outbox`, with the file of the deals under the prefix `daily`."""
    keys = {"aws_access_key_id": "partner", "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    bucket = boto3.resource("s3", endpoint_url=f"http://127.0.0.1:{port}", **keys).Bucket("outbox")
    bucket.create()
    bucket.objects.all().delete()
    bucket.put_object(Key="daily/", Body=b"")
    bucket.put_object(Key="daily/generic/", Body=b"")
    bucket.put_object(Key=f"daily/generic/{DEALS_FILE}", Body=DEALS.encode())
    return bucket


def home(folder: Path, port: int, **more: Any) -> Settings:
    values = {"endpoint": f"http://127.0.0.1:{port}", "user": "partner", "password": SECRET, **more}
    return home_of(folder, "s3://outbox/daily", **values)


def test_an_inbox_is_pulled_and_loaded(bucket: Any, port: int, tmp_path: Path) -> None:
    """The object comes into the home and from there into the ledger; the bucket holds what it held."""
    before = [(each.key, each.e_tag, each.last_modified) for each in bucket.objects.all()]
    settings = home(tmp_path, port)
    (result,) = load_all(settings)
    assert (result.verdict, result.file_name) == ("accepted", DEALS_FILE)
    assert [(each.key, each.e_tag, each.last_modified) for each in bucket.objects.all()] == before


def test_what_is_known_is_not_fetched_again(bucket: Any, port: int, tmp_path: Path) -> None:
    """The copy keeps its time; another entity tag, at the same size, brings the object again."""
    settings = home(tmp_path, port)
    assert told(pull(settings)) == ""
    copy = settings.home / "pulled" / "generic" / DEALS_FILE
    before = copy.stat().st_mtime_ns
    pull(settings)
    assert copy.stat().st_mtime_ns == before
    bucket.put_object(Key=f"daily/generic/{DEALS_FILE}", Body=DEALS.replace("100.00", "900.00").encode())
    assert told(pull(settings)) == ""
    assert "900.00" in copy.read_text()


def test_a_broken_line_is_healed_by_another_try(bucket: Any, port: int, tmp_path: Path) -> None:
    """Connections that break before or in the middle of an answer cost tries, and nothing else."""
    text = "0123456789\n" * 100_000
    bucket.put_object(Key="daily/generic/long.csv", Body=text.encode())
    with breaking_wire(port, cuts=[100, 400_000, 500_000]) as wire:
        settings = home(tmp_path, wire)
        assert told(pull(settings)) == ""
    assert pulled(settings)["generic/long.csv"] == text


def test_a_path_trick_in_a_key_is_refused(bucket: Any, port: int, tmp_path: Path) -> None:
    """Keys may hold anything; what is no plain name is told, and nothing comes to lie outside the folder."""
    for key in ("daily/generic/..", "daily/generic/a\\b.csv", "daily/../daily/escaped.csv", "daily/generic/sub/x.csv"):
        bucket.put_object(Key=key, Body=b"x\n")
    settings = home(tmp_path, port)
    words = told(pull(settings))
    assert words.count("is no plain name") >= 2 and "generic/sub of" in words
    assert list(pulled(settings)) == [f"generic/{DEALS_FILE}"]


def test_what_opens_no_bucket_is_told_without_secrets(bucket: Any, port: int, tmp_path: Path) -> None:
    """A bucket that is not there, and keys that are missing: a paragraph each."""
    wrong = home_of(tmp_path, "s3://nowhere/", endpoint=f"http://127.0.0.1:{port}", user="partner", password=SECRET)
    without = home(tmp_path, port, user="", password="")
    words = told(pull(wrong))
    assert "does not give nowhere" in words and SECRET not in words + repr(wrong) + repr(wrong.access)
    assert "PARTNER_KPI_INBOX_PASSWORD" in told(pull(without))


def test_states_are_listed_without_fetching(bucket: Any, port: int, tmp_path: Path) -> None:
    """What a sensor looks at: names, sizes and tags. One try, then a sentence."""
    settings = home(tmp_path, port)
    first = list_states(settings.inbox, settings.access)
    assert [line.split("\0")[0] for line in first] == [f"generic/{DEALS_FILE}"]
    bucket.put_object(Key="daily/generic/new.csv", Body=b"x\n")
    assert list_states(settings.inbox, settings.access)[1:] == first
    assert not (settings.home / "pulled").exists()
    gone = home(tmp_path, closed_port())
    with pytest.raises(PartnerKpiError, match="It was tried once") as caught:
        list_states(gone.inbox, gone.access)
    assert SECRET not in str(caught.value)
