"""Errors of the gate itself: a suite that cannot be trusted, an audit that cannot be believed.

A delivery that breaks a rule is not an error but a finding of the audit: see `gate.RuleResult`.
"""

from collections.abc import Sequence

from ingest.errors import PartnerKpiError


class SuiteUnreadableError(PartnerKpiError):
    """A suite file is missing or is not YAML."""

    def __init__(self, *, file: str, problem: str) -> None:
        self.file, self.problem = file, problem
        super().__init__(f"{file}: the suite cannot be read: {problem}. Mend it, or take back its last change.")


class SuiteInvalidError(PartnerKpiError):
    """A suite says something that the gate does not know; all problems are named at once."""

    def __init__(self, *, file: str, problems: Sequence[str]) -> None:
        self.file, self.problems = file, tuple(problems)
        super().__init__(
            f"{file}: the suite is refused, because a rule that is not understood would check nothing: "
            f"{'; '.join(problems)}. Mend the file; nothing was audited."
        )


class SuiteMismatchError(PartnerKpiError):
    """An audit was asked for with a suite, a contract and facts that do not belong together."""

    def __init__(self, *, export: str, found: str) -> None:
        self.export, self.found = export, found
        super().__init__(
            f"The audit of {export} was asked for with {found}, which belongs to something else; nothing was "
            "audited. This is a fault of the program: please report it."
        )


class CandidateUnreadableError(PartnerKpiError):
    """The parsed delivery cannot be opened."""

    def __init__(self, *, candidate: str, problem: str) -> None:
        self.candidate, self.problem = candidate, problem
        super().__init__(
            f"{candidate}: the parsed delivery cannot be audited: {problem}. "
            "Nothing was loaded; deliver the file again or look at the disk."
        )


class AuditIncompleteError(PartnerKpiError):
    """Not every declared rule was evaluated, so that a pass would mean nothing."""

    def __init__(self, *, export: str, missing: Sequence[str]) -> None:
        self.export, self.missing = export, tuple(missing)
        super().__init__(
            f"The audit of {export} is void, because these rules were not evaluated exactly once: "
            f"{', '.join(missing)}. The delivery was not loaded; look for two rules that say the same."
        )
