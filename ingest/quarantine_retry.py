"""Refused deliveries as deliveries again: the bytes that quarantine holds, read as the present mapping says.

Which of them are due because mapping, contract or suite changed is said here; the load judges them as any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ingest.contracts import Contracts
from ingest.delivery import Delivery
from ingest.errors import PartnerKpiError
from ingest.inbox import Inbox, find_file
from ingest.ledger import LoadRow
from ingest.quarantine import Case, original_of


class RefusedFileError(PartnerKpiError):
    """The file that quarantine should hold is not there, or is another one."""


def refused_delivery(home: Path, row: LoadRow, *, contracts: Contracts, home_vendors: Path | None) -> Delivery:
    """The delivery of a refused load. Raises RefusedFileError, or what is wrong with its mapping."""
    path = original_of(home, row)
    if not path.is_file():
        raise RefusedFileError(
            f"The file of the refused load {row.load_seq} is not at {path} any more. Deliver {row.file_name} again, "
            "or discard the load."
        )
    found = find_file(path, row.instance, contracts=contracts, home_vendors=home_vendors, received_at=row.received_at)
    for delivery in found.deliveries:
        if delivery.export == row.export and delivery.sha256 != row.sha256:
            raise RefusedFileError(
                f"{path} is not the file that was refused in load {row.load_seq}: its bytes have changed since. "
                f"Deliver {row.file_name} again, or discard the load."
            )
        if delivery.export == row.export:
            return delivery
    if found.problems:
        raise found.problems[0]
    raise RefusedFileError(
        f"The mapping {row.instance} no longer makes {row.export} of {row.file_name}. Map it again, or discard the "
        f"load {row.load_seq}."
    )


def due_again(
    home: Path,
    cases: Iterable[Case],
    *,
    contracts: Contracts,
    home_vendors: Path | None,
    suite_versions: Mapping[str, str],
    present: Iterable[Delivery],
) -> Inbox:
    """Open cases that were judged by another mapping, contract or suite, and are not in the inbox (`present`) anyhow.

    `suite_versions` is by source. A file that a later delivery of its date corrected is left alone. What cannot be
    made a delivery is a problem only where the file has been changed: it stands refused as before.
    """
    lying = {(delivery.export, delivery.instance, delivery.sha256) for delivery in present}
    deliveries: list[Delivery] = []
    problems: list[PartnerKpiError] = []
    for case in cases:
        row = case.load
        if case.state != "open" or case.outdated_by or (row.export, row.instance, row.sha256) in lying:
            continue
        contract = contracts.exports.get(row.export)
        if contract is None or not original_of(home, row).is_file():
            continue
        try:
            delivery = refused_delivery(home, row, contracts=contracts, home_vendors=home_vendors)
        except RefusedFileError as error:
            problems.append(error)
            continue
        except PartnerKpiError:
            continue
        judged_by = (row.mapping_version, row.contract_version, row.suite_version)
        if judged_by != (delivery.mapping_version, contract.version, suite_versions[contract.source]):
            deliveries.append(delivery)
    return Inbox(deliveries=tuple(deliveries), problems=tuple(problems))
