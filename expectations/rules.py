"""What a rule is: a predicate, its severity and words for people; from a suite, or derived from a contract.

A rule that is not fully understood cannot be built. Where rules come from does not belong here.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from expectations.predicates import PREDICATES, NoSuchRows, Predicate
from ingest.errors import twin_hint

EVERY_EXPORT: Final = "*"
Severity = Literal["critical", "warning"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Rule(BaseModel):
    """Rows that `sql` finds, or that break an `expectation` with its `kwargs`, violate the rule.

    `message` says what is wrong and what to do. The values of `show` in a few violating rows are added to it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Name
    export: str
    severity: Severity
    message: str = Field(min_length=20)
    show: tuple[str, ...] = ()
    sql: str | None = None
    expectation: str | None = None
    kwargs: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _understood(self) -> Self:
        if (self.sql is None) == (self.expectation is None) or (self.sql is not None and self.kwargs):
            raise ValueError("give either `sql`, or `expectation` with `kwargs`")
        if self.expectation is not None and self.expectation not in PREDICATES:
            hint = twin_hint(self.expectation, PREDICATES) or f"; known are {', '.join(PREDICATES)}, all else is `sql`"
            raise ValueError(f"expectation `{self.expectation}` is not known{hint}")
        try:
            _ = self.predicate
        except ValidationError as error:
            raise ValueError(", ".join(reason(each) for each in error.errors())) from error
        return self

    @property
    def predicate(self) -> Predicate:
        """The expectation with its checked arguments."""
        if self.expectation is None:
            return NoSuchRows(sql=self.sql or "")
        return PREDICATES[self.expectation](**self.kwargs)


def reason(error: Any) -> str:
    """One pydantic problem as plain words: the place within the rule, then what is wrong with it."""
    return " ".join([*(f"`{part}`" for part in error["loc"]), str(error["msg"]).removeprefix("Value error, ")])
