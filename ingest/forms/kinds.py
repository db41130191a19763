"""Which form a file's name says, and how it is packed. What its content is, its reader looks at."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ingest.errors import FormError

Form = Literal["text", "json", "jsonl", "parquet", "xlsx"]
PACKED = (".gz", ".zip")

_FORMS: dict[str, Form] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
_OTHERS = {
    ".xls": "an Excel workbook of the form before 2007; save it as .xlsx or CSV",
    ".xlsb": "a binary Excel workbook; save it as .xlsx or CSV",
    ".ods": "an OpenDocument spreadsheet; save it as .xlsx or CSV",
    ".bz2": "packed with bzip2; pack it as .gz or .zip",
    ".xz": "packed with xz; pack it as .gz or .zip",
    ".zst": "packed with zstd; pack it as .gz or .zip",
    ".7z": "a 7-Zip archive; pack it as .gz or .zip",
    ".rar": "a RAR archive; pack it as .gz or .zip",
    ".tar": "a tar archive; pack it as .zip",
    ".tgz": "a tar archive; pack it as .zip",
    ".avro": "an Avro file; deliver it as Parquet or JSON Lines",
    ".orc": "an ORC file; deliver it as Parquet or JSON Lines",
    ".xml": "an XML file; deliver it as CSV, JSON or Parquet",
}
_MAGIC = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.zip, .xlsx)"),
    (b"\x1f\x8b", "packed with gzip (.gz)"),
    (b"PAR1\x15", "a Parquet file (.parquet)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or an encrypted Excel workbook"),
    (b"\xfd7zXZ\x00", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF"),
)


def packing(name: str) -> str:
    """`.gz` or `.zip` where the name ends so, else nothing."""
    suffix = Path(name).suffix.lower()
    return suffix if suffix in PACKED else ""


def unpacked_name(name: str) -> str:
    """The name without `.gz` or `.zip`."""
    return name[: len(name) - len(packing(name))]


def known_form(name: str) -> Form | None:
    """The form that the name says; None where it says none and text is meant."""
    return _FORMS.get(Path(unpacked_name(name)).suffix.lower())


def form_of(name: str) -> Form:
    """The form of an unpacked file by its name. Raises FormError for forms that are not read."""
    suffix = Path(name).suffix.lower()
    if suffix in _OTHERS:
        raise FormError(f"{name} is {_OTHERS[suffix]}.")
    return _FORMS.get(suffix, "text")


def other_content(path: Path) -> str | None:
    """What a file is that begins as no text does; None where it may be text."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((said for magic, said in _MAGIC if start.startswith(magic)), None)
