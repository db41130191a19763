"""People, attempts and certificates of both learning systems as a careful reader knows them on AS_OF, as plain objects.

Whose a person is on a day is read off the generator's own tables; no matching is done here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bench.facts_attribution import AS_OF, date_of, to_date
from bench.workload_acquired_learning import COURSES as ACQUIRED_COURSES
from bench.workload_acquired_learning import FAILED
from bench.workload_acquired_learning import PASSED as ACQUIRED_PASSED
from bench.workload_docebo_exports import number_certificates, number_users
from bench.workload_learners import NOBODY
from bench.workload_learning_catalogue import CERTIFICATIONS, COURSES
from bench.workload_partners import NEVER
from bench.workload_size import day_of
from bench.workload_times import FAR
from bench.workload_world import World

TODAY = day_of(str(AS_OF))
PASS_PERCENT = 70


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One enrolment of one person; `is_passed` is None while nobody can say."""

    learner: str
    course: str
    enrolled: date
    started: date | None
    completed: date | None
    withdrawn: date | None
    is_passed: bool | None
    is_retake: bool = False


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One certificate; `expires` is its last day."""

    id: str
    learner: str
    track: str
    issued: date
    expires: date | None
    revoked: date | None
    renews: bool

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        over = (self.expires is not None and self.expires < day) or (self.revoked is not None and self.revoked <= day)
        return self.issued <= day and not over


def _day(moment: int) -> date | None:
    return date_of(moment) if moment < FAR and date_of(moment) <= AS_OF else None


def read_attempts(world: World) -> list[Attempt]:
    """Every attempt of people that are no tests, in order of enrolment within person and course."""
    chains = defaultdict(list)
    for attempt in (*_read_own(world), *_read_acquired(world)):
        chains[attempt.learner, attempt.course].append(attempt)
    attempts = []
    for chain in chains.values():
        ordered = sorted(chain, key=lambda attempt: attempt.enrolled)
        for place, attempt in enumerate(ordered):
            again = place > 0 and not ordered[place - 1].is_passed
            attempts.append(Attempt(**{**attempt.__dict__, "is_retake": again}))
    return attempts


def _read_own(world: World) -> Iterator[Attempt]:
    users = number_users(len(world.learning.learners))
    tests = world.learning.learners["is_test"].to_numpy(dtype=bool)
    for row in world.learning.attempts.to_dict("records"):
        enrolled, completed = _day(row["enrolled"]), _day(row["completed"])
        if enrolled is None or tests[row["learner"]]:
            continue
        share = None if completed is None else row["score"] * 100 >= PASS_PERCENT * row["max_score"]
        yield Attempt(
            learner=f"docebo:{users[row['learner']]}",
            course=f"docebo:{COURSES['course_id'].iloc[row['course']]}",
            enrolled=enrolled,
            started=_day(row["started"]),
            completed=completed,
            withdrawn=_day(row["withdrawn"]),
            is_passed=share,
        )


def _read_acquired(world: World) -> Iterator[Attempt]:
    users = number_users(len(world.acquired_learning.users))
    verdicts = {ACQUIRED_PASSED: True, FAILED: False}
    for row in world.acquired_learning.progress.to_dict("records"):
        yield Attempt(
            learner=f"skilljar:{users[row['user']]}",
            course=f"skilljar:{ACQUIRED_COURSES['course_id'].iloc[row['course']]}",
            enrolled=date_of(row["enrolled"]),
            started=_day(row["started"]),
            completed=_day(row["completed"]),
            withdrawn=_day(row["withdrawn"]),
            is_passed=verdicts.get(row["verdict"]),
        )


def read_certificates(world: World) -> list[Certificate]:
    """Every certificate of people that are no tests, issued by AS_OF."""
    rows = world.learning.certificates
    ids, users = number_certificates(len(rows)), number_users(len(world.learning.learners))
    tests = world.learning.learners["is_test"].to_numpy(dtype=bool)
    own = [
        Certificate(
            id=f"docebo:{ids[number]}",
            learner=f"docebo:{users[row['learner']]}",
            track=str(CERTIFICATIONS["category"].iloc[row["certification"]]),
            issued=date_of(row["issued"]),
            expires=to_date(row["expires"]) if row["expires"] < NEVER else None,
            revoked=_day(row["revoked"]),
            renews=row["renews"] >= 0,
        )
        for number, row in enumerate(rows.to_dict("records"))
        if not tests[row["learner"]]
    ]
    others = world.acquired_learning.certificates
    ids, users = number_certificates(len(others)), number_users(len(world.acquired_learning.users))
    acquired = [
        Certificate(
            id=f"skilljar:{ids[number]}",
            learner=f"skilljar:{users[row['user']]}",
            track=str(ACQUIRED_COURSES["category"].iloc[row["course"]]),
            issued=date_of(row["issued"]),
            expires=to_date(row["expires"]) if row["expires"] < NEVER else None,
            revoked=None,
            renews=False,
        )
        for number, row in enumerate(others.to_dict("records"))
    ]
    return [certificate for certificate in own + acquired if certificate.issued <= AS_OF]


def read_partners_of_people(world: World) -> dict[str, list[tuple[int, date, date | None]]]:
    """Partner numbers of each person that was ever seen active, with the days from and to which (`to` exclusive).

    A person is known from the day that the system names, else from ever; a branch that is changed in August ends
    with the move, and whoever is missing from the second delivery is with nobody from then on.
    """
    learning, belongs = world.learning, defaultdict(list)
    branches = learning.branches["partner"].to_numpy()
    for number, row in enumerate(learning.learners.to_dict("records")):
        learner = f"docebo:{number_users(len(learning.learners))[number]}"
        since = to_date(row["since"]) if row["since"] < NEVER else date(1900, 1, 1)
        if row["is_test"] or row["created"] > TODAY or row["suspended"] <= day_of("2026-07-31"):
            continue
        end = AS_OF if row["gone"] or row["suspended"] <= TODAY else None
        first = int(branches[row["branch"]]) if row["branch"] != NOBODY else int(row["partner"])
        moves = row["moved"] <= TODAY
        if first != NOBODY:
            belongs[learner].append((first, since, to_date(row["moved"]) if moves else end))
        if moves:
            later = int(branches[row["later_branch"]])
            belongs[learner].append((later, to_date(row["moved"]), end))
    groups = world.acquired_learning.groups["partner"].to_numpy()
    users = number_users(len(world.acquired_learning.users))
    for number, row in enumerate(world.acquired_learning.users.to_dict("records")):
        partner = int(groups[row["group"]])
        if row["active"] and partner != NOBODY:
            belongs[f"skilljar:{users[number]}"].append((partner, date(1900, 1, 1), None))
    return belongs


def partner_on(stretches: list[tuple[int, date, date | None]], day: date) -> int:
    """Whose somebody is on a day; NOBODY between stretches."""
    return next((who for who, since, end in stretches if since <= day and (end is None or day < end)), NOBODY)
