"""Facts about attempts and certificates: hand-made ones by story, totals of both learning systems by loops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bench.facts_attribution import AS_OF
from bench.facts_form import ROUGH_SHARE, Fact, ask, ask_value
from bench.facts_learning_truth import Attempt, read_attempts, read_certificates
from bench.workload_docebo_exports import number_certificates, number_users
from bench.workload_world import World

ATTEMPTS = {
    # person, attempt: outcome, why
    ("enrols_again", 1): ("withdrawn", "gave up the first enrolment"),
    ("enrols_again", 2): ("issued", "enrolled anew, which is an attempt of its own, and got the certificate"),
    ("retakes", 1): ("failed", "completed with 69 of 100, which is not passed though the status says completed"),
    ("retakes", 2): ("issued", "took it again and reached 35 of 50, exactly what is asked"),
    ("completed_only", 1): ("failed", "completed with 34 of 50"),
    ("limited_enrolment", 1): ("issued", "finished within the validity of the enrolment"),
}
COURSE_OF = {"enrols_again": "101", "retakes": "103", "completed_only": "104", "limited_enrolment": "106"}
STAGES = ("enrolled", "started", "completed", "withdrawn")
QUARTER = ("quarter", "2026-01-01")
Judge = Callable[[Attempt], bool]


def list_certification_facts(world: World) -> list[Fact]:
    """All facts about certification throughput."""
    return [*_list_attempts(world), *_list_certificates(world), *_count(world), *_rate(world)]


def name_person(world: World, label: str) -> str:
    """The id under which the marts know a hand-made person."""
    return f"docebo:{number_users(len(world.learning.learners))[world.learning.people[label]]}"


def name_certificate(world: World, label: str) -> str:
    """The same for a certificate."""
    return f"docebo:{number_certificates(len(world.learning.certificates))[world.learning.labels[label]]}"


def _list_attempts(world: World) -> list[Fact]:
    facts = []
    for (label, attempt), (outcome, why) in ATTEMPTS.items():
        person = name_person(world, label)
        facts.append(
            Fact(
                id=f"attempt_{label}_{attempt}",
                statement=f"Person {person} {why}.",
                query=ask(
                    "outcome",
                    "fct_certification_attempts",
                    f"learner_id = '{person}' and course_id = 'docebo:{COURSE_OF[label]}' "
                    f"and attempt_number = {attempt}",
                ),
                expected=outcome,
            )
        )
    waiting, tried = name_person(world, "still_learning"), name_person(world, "test_person")
    return [
        *facts,
        Fact(
            id="attempts_still_learning",
            statement=f"Person {waiting} learns for two certificates still.",
            query=ask(
                "count(*)",
                "fct_certification_attempts",
                f"learner_id = '{waiting}' and outcome = 'censored' and is_passed is null",
            ),
            expected=2,
        ),
        Fact(
            id="attempt_of_test_person",
            statement=f"Person {tried} is a test.",
            query=ask("excluded_reason", "fct_certification_attempts", f"learner_id = '{tried}'"),
            expected="test_record",
        ),
    ]


def _list_certificates(world: World) -> list[Fact]:
    def fact(label: str, what: str, expected: str | bool | None, why: str) -> Fact:
        certificate = name_certificate(world, label)
        return Fact(
            id=f"certificate_{label}",
            statement=f"Certificate {certificate} {why}.",
            query=ask(what, "fct_certifications", f"certificate_id = '{certificate}'"),
            expected=expected,
        )

    ends = "cast(ended_date as varchar)"
    return [
        fact("falls_in_september", ends, "2026-09-16", "is valid through 15 September 2026"),
        fact("taken_back", ends, "2026-08-12", "was revoked long before it would have run out"),
        fact("for_good", ends, None, "is valid for good"),
        fact("outlives_enrolment", ends, "2027-09-23", "outlives the enrolment, whose validity says nothing of it"),
        fact("renewed_without_gap", "is_renewal", True, "renews one that was still in force"),
        fact("renewed_after_gap", "is_renewal", True, "renews one that had run out, as the system says"),
        fact("after_second_enrolment", "is_renewal", False, "is the first of its person"),
        fact("of_nobody", "partner_id", "unmatched", "belongs to somebody with free mail and no branch"),
        fact("of_stranger", "partner_id", "unmatched", "belongs to somebody in a branch that is no partner's"),
        fact("of_test_person", "excluded_reason", "test_record", "belongs to a test person"),
    ]


def _within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= min(last, AS_OF)


def _count(world: World) -> list[Fact]:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    certificates, attempts = read_certificates(world), read_attempts(world)
    issued = [certificate for certificate in certificates if _within(certificate.issued, first, last)]
    facts = [
        Fact(
            id="certificates_issued_2026_q1",
            statement="Certificates issued from January to March 2026 that renew none, of both learning systems.",
            query=ask_value("certifications_issued", period=QUARTER),
            expected=sum(not certificate.renews for certificate in issued),
        ),
        Fact(
            id="certificates_renewed_2026_q1",
            statement="Certificates issued from January to March 2026 that renew another.",
            query=ask_value("certifications_renewed", period=QUARTER),
            expected=sum(certificate.renews for certificate in issued),
        ),
    ]
    dates: dict[str, Callable[[Attempt], date | None]] = {
        "enrolled": lambda attempt: attempt.enrolled,
        "started": lambda attempt: attempt.started or attempt.completed,
        "completed": lambda attempt: attempt.completed,
        "withdrawn": lambda attempt: attempt.withdrawn,
    }
    return facts + [
        Fact(
            id=f"funnel_{stage}_2026_q1",
            statement=f"Attempts {stage} from January to March 2026, each by that date of its own.",
            query=ask_value("certification_funnel_count", period=QUARTER, dimension=stage),
            expected=sum(_within(dates[stage](attempt), first, last) for attempt in attempts),
        )
        for stage in STAGES
    ]


def _rate(world: World) -> list[Fact]:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    attempts = read_attempts(world)
    finished = [a for a in attempts if a.is_passed is not None and _within(a.completed, first, last)]
    enrolled = [a for a in attempts if _within(a.enrolled, first, last)]
    shares: list[tuple[str, str, list[Attempt], Judge, str]] = [
        ("pass_rate_finished", "pass_rate_of_finished", finished, lambda a: bool(a.is_passed),
         "Of the attempts finished from January to March 2026, the share passed: by score here, by verdict there."),
        ("pass_rate_enrolled", "pass_rate_of_enrolled", enrolled, lambda a: bool(a.is_passed),
         "Of the attempts enrolled from January to March 2026, the share passed so far."),
        ("retakes", "retake_rate", enrolled, lambda a: a.is_retake,
         "Of the attempts enrolled from January to March 2026, the share that repeats one that was not passed."),
    ]  # fmt: skip
    return [
        Fact(
            id=f"{name}_2026_q1",
            statement=text,
            query=ask_value(code, ROUGH_SHARE, period=QUARTER),
            expected=round(sum(map(judge, among)) / len(among), 4),
        )
        for name, code, among, judge, text in shares
    ]
