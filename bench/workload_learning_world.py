"""Learning of a made world: drawn and hand-made people, attempts and certificates, and the labels of the latter.

The cases themselves are `planted_learning.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from bench.workload_cast import find_cast
from bench.workload_learners import LEARNER, NOBODY, build_branches, build_learners
from bench.workload_learning import PASSED, build_attempts, build_certificates
from bench.workload_learning_catalogue import find_certification, find_course
from bench.workload_partners import NEVER
from bench.workload_people import draw_names, make_mails
from bench.workload_registrations import EPOCH
from bench.workload_size import Size, day_of
from bench.workload_times import DAY, FAR

CASES = Path(__file__).with_name("planted_learning.yaml")
TEN_O_CLOCK = 36_000


@dataclass(frozen=True, kw_only=True)
class Learning:
    """Tables of truth; `people` and `labels` are the learner and certificate numbers of hand-made cases."""

    branches: pd.DataFrame
    learners: pd.DataFrame
    attempts: pd.DataFrame
    certificates: pd.DataFrame
    people: dict[str, int]
    labels: dict[str, int]


def build_learning(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> Learning:
    """Everything of the vendor's own learning system."""
    branches = build_branches(rng, size, partners)
    learners = build_learners(rng, size, partners, branches)
    attempts = build_attempts(rng, size, learners)
    certificates = build_certificates(rng, attempts)
    cases: list[dict[str, Any]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))["people"]
    people = {case["label"]: len(learners) + place for place, case in enumerate(cases)}
    told = _tell_people(rng, partners, branches, cases)
    tried = [_tell_attempt(people, case, row) for case in cases for row in case.get("attempts", [])]
    rows = [(case, row) for case in cases for row in case.get("certificates", [])]
    labels = {row[0]: len(certificates) + place for place, (_, row) in enumerate(rows)}
    given = [_tell_certificate(partners, people, labels, case, row) for case, row in rows]
    return Learning(
        branches=branches,
        learners=pd.concat([learners, told], ignore_index=True),
        attempts=pd.concat([attempts, pd.DataFrame(tried)], ignore_index=True),
        certificates=pd.concat([certificates, pd.DataFrame(given)], ignore_index=True),
        people=people,
        labels=labels,
    )


def tell_day(partners: pd.DataFrame, partner: str, text: str) -> int:
    """A day number: of a date, or counted from the day on which the partner joined; NEVER for an empty text."""
    if not text:
        return NEVER
    if text[0] in "+-":
        return int(partners["joined"].iloc[find_cast(partners, partner)]) + int(text)
    return day_of(text)


def _tell_people(
    rng: np.random.Generator, partners: pd.DataFrame, branches: pd.DataFrame, cases: list[dict[str, Any]]
) -> pd.DataFrame:
    first, last = draw_names(rng, len(cases))
    by_partner = {partner: place for place, partner in enumerate(branches["partner"]) if partner != NOBODY}
    rows = []
    for place, case in enumerate(cases):
        partner = find_cast(partners, case["partner"])
        domain = "gmail.com" if case.get("mail") == "free" else str(partners["domain"].iloc[partner])
        own = {"own": by_partner[partner], "none": NOBODY, "stranger": len(by_partner)}[case.get("branch", "own")]
        truly = partner if case.get("branch", "own") == "own" or case.get("mail", "") != "free" else NOBODY
        told = {
            "name": f"{first[place]} {last[place]}",
            "email": str(make_mails(first[[place]], last[[place]], np.array([domain]))[0]),
            "partner": NOBODY if case.get("branch") == "stranger" else truly,
            "branch": own,
            "since": tell_day(partners, case["partner"], case.get("since", "")),
            "role": case["role"],
            "country": int(partners["later_country"].iloc[partner]),
            "suspended": tell_day(partners, case["partner"], case.get("suspended", "")),
            "gone": case.get("gone", False),
            "is_test": case.get("is_test", False),
            "case": case["label"],
        }
        if "moves_to" in case:
            told["later_branch"] = by_partner[find_cast(partners, case["moves_to"])]
            told["moved"] = day_of(case["moved"])
        rows.append(LEARNER | told)
    return pd.DataFrame(rows)


def _at(text: str) -> int:
    return EPOCH + day_of(text) * DAY + TEN_O_CLOCK if text else FAR


def _tell_attempt(people: dict[str, int], case: dict[str, Any], row: list[Any]) -> dict[str, int]:
    course, enrolled, started, completed, withdrawn, score, best = row
    begin, end = case.get("valid", ["", ""])
    return {
        "learner": people[case["label"]],
        "course": find_course(course),
        "end": PASSED,
        "enrolled": _at(enrolled),
        "started": _at(started),
        "completed": _at(completed),
        "withdrawn": _at(withdrawn),
        "score": -1 if score == "" else int(score),
        "max_score": 100 if best == "" else int(best),
        "valid_from": day_of(begin) if begin else NEVER,
        "valid_to": day_of(end) if end else NEVER,
    }


def _tell_certificate(
    partners: pd.DataFrame,
    people: dict[str, int],
    labels: dict[str, int],
    case: dict[str, Any],
    row: list[str],
) -> dict[str, int]:
    _, title, issued, expires, revoked, renews = row
    return {
        "learner": people[case["label"]],
        "certification": find_certification(title),
        "issued": EPOCH + tell_day(partners, case["partner"], issued) * DAY + TEN_O_CLOCK,
        "expires": tell_day(partners, case["partner"], expires),
        "revoked": _at(revoked),
        "renews": labels[renews] if renews else -1,
    }
