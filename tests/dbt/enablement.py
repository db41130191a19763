"""A programme drawn at random, as the learning system and the portal would show it: what the families ramp and
certification read, for `mechanism.Simulation.tables`.

The truth is a `populations.Population`: clocks with their ends. Nothing is computed here that dbt computes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from oracles import NEVER, Days
from populations import Population, dates

LMS = "lms"
NOBODY = pd.Series([], dtype=str)


def show_ramps(population: Population) -> dict[str, pd.DataFrame]:
    """Partners that join at the start of a clock and win their first deal, or leave, at its end.

    Outcomes: `reached`, `left`. Whoever reached it wins two more deals on the days after, which count for nothing.
    """
    ids = [f"P{number}" for number in range(len(population.start))]
    left = np.where(population.outcome == "left", population.stop, NEVER)
    won = np.where(
        (population.outcome == "reached") & (population.stop <= population.observed_through), population.stop, NEVER
    )
    starts = pd.DataFrame(
        {
            "ramp_start_id": [f"{partner_id}/1/joined" for partner_id in ids],
            "partner_id": population.partner,
            "deal_partner_id": ids,
            "instance": "prm",
            "spell_number": 1,
            "clock_start": "joined",
            "start_date": dates(population.start),
            "counts_from": pd.Timestamp("1900-01-01"),
            "left_date": dates(np.where(left > population.observed_through, NEVER, left)),
            "is_test": False,
        }
    )
    wins = [_won_deals(starts, won, days_later) for days_later in range(3)]
    return {
        "int_ramp_starts": starts.assign(partner_id=ids).drop(columns="deal_partner_id"),
        "int_ramp_events": pd.concat(wins, ignore_index=True),
        "int_ramp_horizons": pd.DataFrame(
            {
                "instance": ["prm"],
                "event": ["won_deal"],
                "observed_through": dates(population.observed_through[:1]),
                "history_from": pd.Series([pd.NaT], dtype="datetime64[s]"),
            }
        ),
        "stg_policy__ramp_milestones": pd.DataFrame(
            {
                "milestone": ["first_won_deal"],
                "event": ["won_deal"],
                "event_count": [1],
                "threshold_amount": pd.Series([None], dtype="Float64"),
            }
        ),
        "fct_onboarding_tasks": pd.DataFrame(
            {
                "onboarding_task_id": NOBODY,
                "partner_id": NOBODY,
                "role": NOBODY,
                "joined_date": pd.Series([], dtype="datetime64[s]"),
                "is_completed": pd.Series([], dtype=bool),
                "excluded_reason": NOBODY,
            }
        ),
    }


def _won_deals(starts: pd.DataFrame, won: Days, days_later: int) -> pd.DataFrame:
    happened = won != NEVER
    return pd.DataFrame(
        {
            "event": "won_deal",
            "event_id": [f"{ramp}/{days_later}" for ramp in starts["ramp_start_id"][happened]],
            "partner_id": list(starts["deal_partner_id"][happened]),
            "event_date": dates(won[happened] + days_later),
            "amount": 100.0,
        }
    )


def show_attempts(population: Population) -> dict[str, pd.DataFrame]:
    """People who enrol at the start of a clock and are certified, fail or withdraw at its end.

    Outcomes: `issued`, `failed`, `withdrawn`. A certificate is valid for 200 days; every fifth person leaves the
    partner a hundred days after enrolling.
    """
    count = len(population.start)
    people = [f"L{number}" for number in range(count)]
    seen = population.stop <= population.observed_through
    stops = np.where(seen, population.stop, NEVER)
    outcome = np.where(seen, population.outcome, "running")
    issued = outcome == "issued"
    leaves = np.where(np.arange(count) % 5 == 0, population.start + 100, NEVER)
    undated = pd.Series([pd.NaT] * count, dtype="datetime64[s]")
    return {
        "stg_lms__enrollments": pd.DataFrame(
            {
                "enrollment_id": [f"{person}/c/1" for person in people],
                "instance": LMS,
                "learner_id": people,
                "course_id": "c",
                "attempt": 1,
                "enrolled_date": dates(population.start),
                "started_date": undated,
                "completed_date": dates(np.where(outcome == "failed", stops, NEVER)),
                "withdrawn_date": dates(np.where(outcome == "withdrawn", stops, NEVER)),
                "status": np.where(outcome == "failed", "failed", "enrolled"),
                "score": np.nan,
                "max_score": np.nan,
            }
        ),
        "stg_policy__enrollment_statuses": pd.DataFrame(
            {"status": ["failed", "enrolled"], "instance": "*", "meaning": ["failed", "enrolled"]}
        ),
        "stg_policy__pass_rules": pd.DataFrame(
            {"instance": ["*"], "source_course_id": ["*"], "rule": ["status"], "minimum_score_share": [0.0]}
        ),
        "stg_lms__courses": pd.DataFrame({"course_id": ["c"], "course_name": ["Course"], "track": ["Sales"]}),
        "stg_lms__certifications": pd.DataFrame(
            {
                "certification_id": ["k"], "certification_name": ["Seller"], "track": ["Sales"], "role": ["sales"],
                "level": ["1"], "course_id": ["c"], "validity_days": [200],
            }
        ),
        "stg_lms__certificates": pd.DataFrame(
            {
                "certificate_id": [f"Z-{person}" for person in np.array(people)[issued]],
                "instance": LMS,
                "learner_id": np.array(people)[issued],
                "certification_id": "k",
                "issued_date": dates(stops[issued]),
                "expires_date": undated[: int(issued.sum())],
                "revoked_date": undated[: int(issued.sum())],
                "renewal_of": pd.Series([None] * int(issued.sum()), dtype="string"),
            }
        ),
        "stg_lms__learner_versions": pd.DataFrame({"learner_id": people, "is_test": False}),
        "int_learner_partners": pd.DataFrame(
            {
                "learner_id": people,
                "partner_id": population.partner,
                "is_active": True,
                "is_test": False,
                "valid_from": pd.Timestamp("1900-01-01"),
                "valid_to": dates(leaves),
            }
        ),
        "stg_prm__partner_credentials": pd.DataFrame(
            {
                "partner_id": NOBODY, "credential": NOBODY, "credential_kind": NOBODY,
                "approved_date": pd.Series([], dtype="datetime64[s]"),
                "expires_date": pd.Series([], dtype="datetime64[s]"),
                "revoked_date": pd.Series([], dtype="datetime64[s]"),
            }
        ),
    }  # fmt: skip
