"""What can go wrong while something leaves the warehouse: one class per broken rule.

Errors of single questions (an unknown KPI, an ambiguous partner) are here too, because the command line shows
them alike.
"""

from collections.abc import Sequence
from pathlib import Path

from ingest.errors import PartnerKpiError


class PublishError(PartnerKpiError):
    """A generation, a workbook or an explanation could not be made; what was published stays."""


class NotABuildError(PublishError):
    """The file handed over for publishing is not a finished build."""

    def __init__(self, build_file: Path, reason: str) -> None:
        self.build_file = build_file
        super().__init__(f"{build_file} cannot be published: {reason}. Run the build again and publish its file.")


class UnpublishableViewError(PublishError):
    """A view of the build reads something that readers will not have."""

    def __init__(self, view: str, reason: str) -> None:
        self.view = view
        super().__init__(
            f"The view {view} cannot be published: {reason}. Let it read only tables and views of the "
            "published schemas marts and evidence."
        )


class GenerationNotWrittenError(PublishError):
    """Writing the generation failed; the half is gone and `current` points to the one before."""

    def __init__(self, published: Path, reason: str) -> None:
        self.published = published
        super().__init__(
            f"No new generation was published in {published}: {reason}. Readers still see the generation "
            "before. Mend the cause (free space, permissions) and publish again."
        )


class DamagedGenerationError(PublishError):
    """A published generation is not what its manifest says."""

    def __init__(self, directory: Path, findings: Sequence[str]) -> None:
        self.directory = directory
        self.findings = tuple(findings)
        super().__init__(
            f"The generation {directory} is damaged: {'; '.join(findings)}. "
            "Publish again from the warehouse; a generation is never repaired in place."
        )


class ReplayPlaceTakenError(PublishError):
    """Where the replay should go, there is something else."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(
            f"{directory} holds something that is not a replay, and stays as it is. Name an empty or a new folder."
        )


class NoGenerationError(PublishError):
    """There is no such published file."""

    def __init__(self, generation_file: Path) -> None:
        self.generation_file = generation_file
        super().__init__(
            f"There is no published generation at {generation_file}. Build and publish first, then ask again."
        )


class UnreadableGenerationError(PublishError):
    """The file opens, but does not hold what a reader needs."""

    def __init__(self, generation_file: Path, reason: str) -> None:
        self.generation_file = generation_file
        super().__init__(
            f"{generation_file} cannot be read as a published generation: {reason}. "
            "Point to partner_kpi.duckdb of a generation, or publish again."
        )


class WorkbookNotWrittenError(PublishError):
    """The workbook could not be written; the one before, if any, is still there."""

    def __init__(self, target: Path, reason: str) -> None:
        self.target = target
        super().__init__(
            f"The workbook {target} could not be written: {reason}. "
            "Close it where it is open, look at the folder's permissions and space, then try again."
        )


class UnclearQuestionError(PublishError):
    """A KPI, partner or period of a question is not known, or fits several."""

    def __init__(self, what: str, given: str, reason: str, choices: Sequence[str], advice: str) -> None:
        self.what = what
        self.given = given
        self.choices = tuple(choices)
        named = f": {', '.join(choices)}" if choices else ""
        super().__init__(f"The {what} '{given}' {reason}{named}. {advice}")
