"""Checksums delivered beside a file: any form of them is compared, a file that is another one is not taken in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from ingest_desk import RECEIVED

from ingest.contracts import load_contracts
from ingest.inbox import Inbox, find_deliveries

NAME, DATA = "Account_2025-01-31.csv", b"Id,Name\n1,Ada\n"
SHA, MD5 = hashlib.sha256(DATA).hexdigest(), hashlib.md5(DATA, usedforsecurity=False).hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()


def look(inbox: Path, checksum_name: str, checksum: str | bytes) -> Inbox:
    folder = inbox / "salesforce"
    folder.mkdir()
    (folder / NAME).write_bytes(DATA)
    (folder / checksum_name).write_bytes(checksum.encode() if isinstance(checksum, str) else checksum)
    return find_deliveries(inbox, contracts=load_contracts(), home_vendors=None, received_at=RECEIVED)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{NAME}.sha256", SHA),
        (f"{NAME}.sha256", f"{SHA.upper()}  /out/daily/{NAME}\n"),
        (f"{NAME}.sha256", f"\ufeffSHA256 ({NAME}) = {SHA}\r\n"),
        (f"{NAME}.md5", f"{MD5} *{NAME}\n"),
        ("SHA256SUMS", f"# by hand\n{OTHER}  other.csv\n{SHA}  ./{NAME}\n"),
        ("SHA256SUMS", f"{OTHER}  other.csv\n"),
        ("MD5SUMS", f"MD5 ({NAME}) = {MD5}\n"),
    ],
)
def test_a_file_that_is_what_was_sent_is_taken_in(name: str, text: str, tmp_path: Path) -> None:
    """The checksum file is no delivery and no problem; a list that is silent of the file says nothing against it."""
    found = look(tmp_path, name, text)
    assert [delivery.path.name for delivery in found.deliveries] == [NAME] and found.problems == ()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (f"{NAME}.sha256", OTHER, f"{NAME}.sha256 says sha256 {OTHER}, found was {SHA}"),
        (f"{NAME}.md5", f"{'0' * 32}  {NAME}", f"found was {MD5}"),
        ("SHA256SUMS", f"{SHA}  {NAME}\n{OTHER}  {NAME}\n", "is not what its sender sent"),
        ("MD5SUMS", f"{'f' * 32}  {NAME}\n", "Have file and checksum delivered again"),
        (f"{NAME}.sha256", MD5, "does not read as sha256 checksums"),
        (f"{NAME}.sha256", "", "does not read as sha256 checksums"),
        (f"{NAME}.sha256", f"{SHA}\n{SHA}\n", "does not read as sha256 checksums"),
        ("SHA256SUMS", "<html>not found</html>", "does not read as sha256 checksums"),
        ("SHA256SUMS", b"\xff\xfe\x00", "does not read as sha256 checksums"),
    ],
)
def test_a_file_that_cannot_be_proven_is_refused(name: str, text: str | bytes, words: str, tmp_path: Path) -> None:
    """What was expected, what was found and what to do; a checksum that cannot be read proves nothing."""
    found = look(tmp_path, name, text)
    (problem,) = found.problems
    assert found.deliveries == () and words in str(problem)
