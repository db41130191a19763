"""`partner-kpi new-vendor`: a mapping proposed from files is written into the home, with the schema that editors need.

What is proposed is `ingest.proposal`'s; how it looks in a terminal is `partner_kpi.newcomer_text`'s.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.contracts import load_contracts
from ingest.errors import InboxError, MappingError
from ingest.inbox import POLICY
from ingest.mapping_file import BUILT_IN, read_mapping
from ingest.proposal import Proposal, propose
from ingest.proposal.yaml import SCHEMA, mapping_text, schema_path
from partner_kpi.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class VendorNameError(InboxError):
    """The mapping cannot have that name, or has one already."""


@dataclass(frozen=True, kw_only=True)
class WrittenProposal:
    """What was written where; `problem` is what the loader says of it, None where it takes it as it is."""

    path: Path
    proposal: Proposal
    problem: str | None
    covers_built_in: bool
    next_commands: tuple[str, ...]


def write_proposal(
    settings: Settings, files: Sequence[Path], *, name: str | None, force: bool, today: date
) -> WrittenProposal:
    """Propose a mapping from the files and write `<home>/vendors/<name>.yaml`; nothing is overwritten without `force`.

    Raises InboxError where a file is none, VendorNameError, or what reading a file raises.
    """
    for path in files:
        if not path.is_file():
            raise InboxError(f"{path} is no file. Name the files of one system, for instance inbox/acme/*.csv.")
    vendor = _vendor_name(files, name)
    target = settings.vendors / f"{vendor}.yaml"
    if target.exists() and not force:
        raise VendorNameError(
            f"{target} is there already and may hold somebody's answers. Give another --name, or --force to replace it."
        )
    contracts = load_contracts()
    proposal = propose(files, vendor, contracts, today=today)
    settings.vendors.mkdir(parents=True, exist_ok=True)
    target.write_text(mapping_text(proposal), encoding="utf-8")
    shutil.copyfile(BUILT_IN / SCHEMA, schema_path(target))
    problem = None
    try:
        read_mapping(target, contracts)
    except MappingError as error:
        problem = str(error)
    return WrittenProposal(
        path=target,
        proposal=proposal,
        problem=problem,
        covers_built_in=(BUILT_IN / target.name).is_file(),
        next_commands=tuple(_next_commands(settings, proposal)),
    )


def _vendor_name(files: Sequence[Path], name: str | None) -> str:
    """The name asked for, else that of the files' folder, which is the instance once they lie in the inbox."""
    folders = {path.resolve().parent.name for path in files}
    if name is None and len(folders) != 1:
        raise VendorNameError(f"The files lie in several folders ({', '.join(sorted(folders))}): give a --name.")
    chosen = name if name is not None else next(iter(folders))
    if not _NAME.fullmatch(chosen) or chosen == POLICY:
        raise VendorNameError(
            f'"{chosen}" cannot name a mapping: use letters, digits, _ - and . as for an inbox folder. Give a --name.'
        )
    return chosen


def _next_commands(settings: Settings, proposal: Proposal) -> list[str]:
    """`check` on the files that were mapped, as it can be typed."""
    paths = [file.sample.path for file in proposal.files if file.candidate is not None]
    if not paths:
        return []
    home = [] if settings.home == Path("var") else ["--home", str(settings.home)]
    instance = [] if {path.resolve().parent.name for path in paths} == {proposal.vendor} else [
        "--instance", proposal.vendor
    ]  # fmt: skip
    return [shlex.join(["partner-kpi", "check", *map(str, paths), *instance, *home])]
