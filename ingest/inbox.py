"""What lies in the inbox: which file feeds which export, as of when; and what nobody knows what to do with.

The inbox is only read. A folder is an instance, its mapping names the files; hidden files are not looked at, and a
delivered checksum is compared (`ingest.checksums`). Which files are complete is `ingest.pulling`'s.
Policy files come from the project and, replacing them by name, from the analyst's own folder.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ingest.archive import fingerprint
from ingest.checksums import check_checksums, is_checksum_file
from ingest.container import container_fingerprint
from ingest.contracts import Contracts
from ingest.delivery import Delivery
from ingest.errors import InboxError, MappingError, PartnerKpiError, twin_hint
from ingest.file_names import as_of_in_name, fits, fits_packed, part_in_name, revision_in_name
from ingest.forms.kinds import packing, unpacked_name
from ingest.inbox_parts import part_sets, siblings
from ingest.mapping import FileMapping, VendorMapping
from ingest.mapping_file import BUILT_IN, load_mapping

POLICY = "policy"
LONGEST_NAME = 200  # bytes; file systems take 255, and the archive puts date and number before it


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Deliveries in the order they should be taken in (oldest as-of first), and problems to show."""

    deliveries: tuple[Delivery, ...]
    problems: tuple[PartnerKpiError, ...]


def find_deliveries(
    inbox: Path,
    *,
    contracts: Contracts,
    home_vendors: Path | None,
    received_at: datetime,
    leave_out: Collection[Path] = (),
) -> Inbox:
    """Everything in the inbox but `leave_out`, one delivery per file and export. Raises InboxError without an inbox."""
    if not inbox.is_dir():
        raise InboxError(f"There is no inbox at {inbox}. Make it, with one folder per instance in it.")
    found: list[Delivery | PartnerKpiError] = []
    for entry in _visible(inbox):
        if not entry.is_dir():
            found.append(InboxError(f"{entry} lies beside the instances; move it into its instance's folder."))
        elif entry.name == POLICY:
            found.append(InboxError(f"{entry}: policies are no delivery; put them into the home's policies."))
        else:
            paths = [path for path in _visible(entry) if path not in leave_out]
            found += _instance(entry.name, paths, contracts, home_vendors, received_at)
    return _sorted_out(found)


def find_file(
    path: Path, instance: str, *, contracts: Contracts, home_vendors: Path | None, received_at: datetime
) -> Inbox:
    """What one file is to an instance, wherever it lies; a part stands for those that lie beside it too."""
    paths = [path]
    with suppress(PartnerKpiError):
        file = _file_mapping(load_mapping(instance, home_vendors, contracts=contracts), instance, path)
        if file is not None and part_in_name(file, path.name) is not None:
            paths = siblings(file, path)
    return _sorted_out(_instance(instance, paths, contracts, home_vendors, received_at))


def find_policies(
    built_in: Path,
    own: Path | None,
    *,
    contracts: Contracts,
    home_vendors: Path | None,
    received_at: datetime,
) -> Inbox:
    """The policy files: the built-in ones, each replaced by the analyst's own of the same name."""
    files: dict[str, Path] = {}
    for folder in (built_in, own):
        if folder is not None and folder.is_dir():
            files.update({path.name: path for path in _visible(folder)})
    return _sorted_out(_instance(POLICY, files.values(), contracts, home_vendors, received_at))


def _instance(
    instance: str,
    paths: Iterable[Path],
    contracts: Contracts,
    home_vendors: Path | None,
    received_at: datetime,
) -> Iterator[Delivery | PartnerKpiError]:
    """What the files of one instance are, and what is wrong with those that are nothing."""
    try:
        mapping = load_mapping(instance, home_vendors, contracts=contracts)
    except PartnerKpiError as error:
        yield error if has_mapping(instance, home_vendors) else _unmapped(error, list(paths))
        return
    kept: dict[int, tuple[FileMapping, list[Path]]] = {}
    for path in paths:
        if is_checksum_file(path.name):
            continue
        try:
            file = _file_mapping(mapping, instance, path)
            if file is None:
                continue
            if part_in_name(file, path.name) is None:
                yield from _deliveries(path, file, instance, mapping, received_at)
            else:
                kept.setdefault(id(file), (file, []))[1].append(path)
        except InboxError as error:
            yield error
        except OSError as error:
            yield _unreadable(path, error)
    for file, parts in kept.values():
        yield from _of_parts(file, parts, instance, mapping, received_at)


def _of_parts(
    file: FileMapping, paths: list[Path], instance: str, mapping: VendorMapping, received_at: datetime
) -> Iterator[Delivery | PartnerKpiError]:
    """The parts of one kind of file, each whole set as one delivery."""
    for found in part_sets(file, paths):
        if isinstance(found, InboxError):
            yield found
            continue
        path = found.paths[0].with_name(found.name)
        try:
            yield from _deliveries(path, file, instance, mapping, received_at, parts=found.paths)
        except InboxError as error:
            yield error
        except OSError as error:
            yield _unreadable(path, error)


def _unreadable(path: Path, error: OSError) -> InboxError:
    return InboxError(f"{path} cannot be read ({error.strerror}); check its permissions.")


def has_mapping(instance: str, home_vendors: Path | None) -> bool:
    """Whether a mapping of the instance's name is there, good or bad."""
    return any((folder / f"{instance}.yaml").is_file() for folder in (home_vendors, BUILT_IN) if folder is not None)


def _unmapped(error: PartnerKpiError, paths: list[Path]) -> PartnerKpiError:
    """No mapping of that name: one can be proposed from the files themselves."""
    if not paths:
        return error
    files = shlex.quote(str(paths[0])) if len(paths) == 1 else f"{shlex.quote(str(paths[0].parent))}/*"
    return MappingError(f"{error} Or have one proposed: partner-kpi new-vendor {files}")


def _sorted_out(found: Iterable[Delivery | PartnerKpiError]) -> Inbox:
    entries = list(found)
    deliveries = [entry for entry in entries if isinstance(entry, Delivery)]
    problems = [entry for entry in entries if isinstance(entry, PartnerKpiError)]
    return Inbox(deliveries=tuple(sorted(deliveries, key=_order)), problems=tuple(problems))


def _file_mapping(mapping: VendorMapping, instance: str, path: Path) -> FileMapping | None:
    """The one kind of file that the name fits; None where it is to be ignored.

    The very name wins over patterns, and a pattern of the name as it is over one of the name without .gz or .zip.
    """
    name = path.name
    if any(fits(pattern, name) for pattern in mapping.ignore_files):
        return None
    _refuse_name(path)
    if not path.is_file():
        raise InboxError(f"{path} is no file; an instance's folder holds its files directly.")
    fitting = [file for file in mapping.files if fits(file.pattern, name)]
    fitting = [file for file in fitting if file.pattern == name] or fitting
    if not fitting and packing(name):
        if any(fits(pattern, unpacked_name(name)) for pattern in mapping.ignore_files):
            return None
        fitting = [file for file in mapping.files if fits_packed(file, name)]
        fitting = [file for file in fitting if file.pattern == unpacked_name(name)] or fitting
    if len(fitting) == 1:
        return fitting[0]
    patterns = [file.pattern for file in (fitting or mapping.files)]
    if fitting:
        raise InboxError(
            f"{path} fits several patterns of the mapping {instance}: {', '.join(patterns)}. Make them apart."
        )
    raise InboxError(
        f"{path} fits no pattern of the mapping {instance}{twin_hint(path.name, patterns)}; it knows "
        f"{', '.join(patterns)}. Rename the file, or add its name to ignore_files, or have a mapping proposed: "
        f"partner-kpi new-vendor {shlex.quote(str(path))}"
    )


def _refuse_name(path: Path) -> None:
    """Names become names in the archive, and words in messages and the ledger."""
    try:
        length = len(path.name.encode())
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        raise InboxError(f"{shown} has a name that is not UTF-8. Rename the file.") from None
    if length > LONGEST_NAME:
        raise InboxError(
            f"{path} has a name of {length} bytes, and the archive takes {LONGEST_NAME}. Rename the file, or have it "
            "delivered under a shorter name."
        )


def _deliveries(
    path: Path,
    file: FileMapping,
    instance: str,
    mapping: VendorMapping,
    received_at: datetime,
    *,
    parts: tuple[Path, ...] = (),
) -> Iterator[Delivery]:
    try:
        as_of_date = as_of_in_name(file, path.name)
    except InboxError as error:
        raise InboxError(f"{path.parent}/{error}") from None
    version = mapping.version
    sha256, size = container_fingerprint(parts) if parts else (fingerprint(path), path.stat().st_size)
    for part in parts:
        check_checksums(part, fingerprint(part))
    if not parts:
        check_checksums(path, sha256)
    for export, export_mapping in file.exports.items():
        yield Delivery(
            export=export,
            instance=instance,
            vendor=mapping.vendor or instance,
            path=path,
            as_of_date=as_of_date,
            revision=revision_in_name(file, path.name),
            file=file,
            mapping=export_mapping,
            mapping_version=version,
            sha256=sha256,
            bytes=size,
            received_at=received_at,
            parts=parts,
        )


def fits_pattern(file: FileMapping, name: str) -> bool:
    """Whether a file of that name would be of this kind, packed or made of parts too."""
    return fits(file.pattern, name) or fits_packed(file, name)


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _order(delivery: Delivery) -> tuple[date, str, str, str]:
    """Oldest first, so that a pile of deliveries takes the fast path; those dated by a column last."""
    return delivery.as_of_date or date.max, delivery.export, delivery.instance, delivery.path.name
