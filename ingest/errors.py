"""What a user can do wrong, or a file can be: one class per broken rule.

Each error is built from its facts and reads as one paragraph that says where it stands and what to do.
Handling errors (quarantine, exit codes) does not belong here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def likely_twin(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name that `name` most probably means, or None where nothing is near.

    Swapped letters come first: they are the likelier slip than a longer word.
    """
    by_plain = {entry.casefold(): entry for entry in known}
    swapped = [plain for plain in by_plain if sorted(plain) == sorted(name.casefold())]
    near = swapped or difflib.get_close_matches(name.casefold(), list(by_plain), n=1, cutoff=cutoff)
    return by_plain[near[0]] if near else None


def twin_hint(name: str, known: Iterable[str]) -> str:
    """` (did you mean ...?)`, or nothing."""
    twin = likely_twin(name, known)
    return f' (did you mean "{twin}"?)' if twin else ""


class PartnerKpiError(Exception):
    """Any error that a user may see; its text is one clear paragraph."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class ContractError(PartnerKpiError):
    """A contract file does not say what the warehouse needs to know."""


class MappingError(PartnerKpiError):
    """A vendor file is missing, cannot be read, or says something that no mapping can say."""


class InboxError(PartnerKpiError):
    """A file or folder of the inbox that nothing knows what to do with."""


class DeliveryError(PartnerKpiError):
    """A delivery that cannot be read as what its mapping says; the last good data stays. `rule` names why."""

    rule = "parse.refused"


class EncodingError(DeliveryError):
    """The bytes of the file are not text in the declared or detected encoding."""

    rule = "parse.encoding"


class ArchiveError(DeliveryError):
    """The file is packed in a way that cannot be trusted: cut off, encrypted, with links, nested."""

    rule = "parse.archive"


class TooLargeError(DeliveryError):
    """The file would become absurdly large: a bomb, or more than this reader takes at once."""

    rule = "parse.too_large"


class FormError(DeliveryError):
    """The file is not what its form says: broken JSON, an unsafe Parquet file, a sheet that is not there."""

    rule = "parse.form"


class HeaderError(DeliveryError):
    """The header misses, repeats or renames columns."""

    rule = "parse.header"


class RecordsError(DeliveryError):
    """The records of the file are cut off, unbalanced or uneven."""

    rule = "parse.records"


class AsOfError(DeliveryError):
    """The as-of date does not stand where the mapping says."""

    rule = "parse.as_of"


class FileChangedError(DeliveryError):
    """The file changed between fingerprint and copy; nothing is recorded, the next run takes it."""

    rule = "parse.file_changed"


class WarehouseError(PartnerKpiError):
    """The warehouse file cannot be opened, or is not what this version of the contracts expects."""


class WarehouseBusyError(WarehouseError):
    """Another process writes to the warehouse."""
