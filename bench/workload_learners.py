"""People who learn, and the branches of the LMS they belong to, since when.

Positions are branch and learner numbers everywhere else; `partner` is who a branch truly is (-1: nobody). What
people learn is `workload_learning`; hand-made people are `workload_learning_cases`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.workload_cast import has_own_web, list_reserved
from bench.workload_partners import AUGUST, NEVER
from bench.workload_people import FREE_MAIL, draw_names, make_mails
from bench.workload_size import DAYS, Size

NOBODY = -1
ROLES = np.array(["sales", "presales", "services", "marketing"])
STRANGERS = ("Open Training Pool", "Campus Nordwind", "Freelancers", "Harbour Academy")
LEARNER = {
    **{"partner": NOBODY, "branch": NOBODY, "since": NEVER, "created": -300, "suspended": NEVER},
    **{"later_branch": NOBODY, "moved": NEVER, "gone": False, "is_test": False, "case": ""},
}


def build_branches(rng: np.random.Generator, size: Size, partners: pd.DataFrame) -> pd.DataFrame:
    """One branch for three partners in five, named so that it is found; then strangers' and a test branch."""
    able = has_own_web(partners) & (partners["joined"] < NEVER).to_numpy()
    able = np.setdiff1d(np.flatnonzero(able), list_reserved(partners))
    reserved = list_reserved(partners)
    drawn = rng.choice(able, round(0.6 * size.partners) - len(reserved), replace=False)
    partner = np.sort(np.concatenate([drawn, reserved]))
    known = partners.loc[partner]
    draw = rng.random(len(partner))
    by_id = (known["crm_account_id"] != "").to_numpy() & (draw < 0.45)
    by_web = ~by_id & (draw < 0.85)
    own = pd.DataFrame(
        {
            "partner": partner,
            "name": np.where(by_web, known["stem"] + " Learning", known["name"]),
            "website": np.where(by_web | (by_id & (draw < 0.2)), known["domain"], ""),
            "country": known["later_country"].to_numpy(),
            "crm_account_id": np.where(by_id, known["crm_account_id"], ""),
            "is_test": False,
        }
    )
    others = pd.DataFrame(
        {
            "partner": NOBODY,
            "name": [*STRANGERS, "TEST Sandbox"],
            "website": ["", "www.campus-nordwind.se", "https://www.gmail.com", "", ""],
            "country": [0, 6, 2, 2, 0],
            "crm_account_id": "",
            "is_test": [False] * len(STRANGERS) + [True],
        }
    )
    branches: pd.DataFrame = pd.concat([own, others], ignore_index=True)
    branches["id"] = (np.arange(len(branches)) + 21).astype(str)
    return branches


def build_learners(
    rng: np.random.Generator, size: Size, partners: pd.DataFrame, branches: pd.DataFrame
) -> pd.DataFrame:
    """So many people; most belong to the branch of their partner, a few to none or a stranger's."""
    count = size.learners
    bulk = np.flatnonzero(~branches["partner"].isin([NOBODY, *list_reserved(partners)]))
    weight = np.sqrt(partners["weight"].to_numpy()[branches.loc[bulk, "partner"]] + 0.002)
    branch = rng.choice(bulk, count, p=weight / weight.sum())
    partner = branches["partner"].to_numpy()[branch]
    joined, left = partners["joined"].to_numpy()[partner], partners["left"].to_numpy()[partner]
    low = np.clip(joined, -300, DAYS - 40)
    created = low + (rng.random(count) ** 1.4 * (np.minimum(left, DAYS - 20) - low).clip(1)).astype(np.int64)
    first, last = draw_names(rng, count)
    learners = pd.DataFrame({name: np.full(count, value) for name, value in LEARNER.items()})
    learners["name"] = np.char.add(np.char.add(first, " "), last)
    learners["email"] = make_mails(first, last, partners["domain"].to_numpy(dtype=str)[partner])
    learners["partner"], learners["branch"], learners["created"] = partner, branch, created
    learners["role"] = ROLES[rng.choice(4, count, p=[0.4, 0.28, 0.24, 0.08])]
    learners["country"] = partners["later_country"].to_numpy()[partner]
    told = rng.random(count) < 0.7
    learners.loc[told, "since"] = created[told]
    off = rng.random(count) < 0.05
    learners.loc[off, "suspended"] = np.minimum(created[off] + rng.integers(60, 500, int(off.sum())), DAYS - 3)
    _scatter(rng, size, branches, learners, (first, last))
    return learners


def _scatter(
    rng: np.random.Generator,
    size: Size,
    branches: pd.DataFrame,
    learners: pd.DataFrame,
    people: tuple[NDArray[np.str_], NDArray[np.str_]],
) -> None:
    """Without a branch, in a stranger's branch, in another since August, vanished, tests: each takes its own people."""
    first, last = people
    steady = np.flatnonzero((learners["suspended"] >= NEVER) & (learners["created"] < AUGUST - 30))
    few = size.learners / 1_000
    counts = np.round(np.array([34, 14, 8, 26, 6, 2, 5]) * few).astype(np.int64)
    takes = np.split(rng.choice(steady, counts.sum(), replace=False), np.cumsum(counts)[:-1])
    by_mail, free, outside, strangers, movers, gone, tests = takes
    mails = learners["email"].to_numpy(dtype="<U80")
    mails[free] = make_mails(first[free], last[free], FREE_MAIL[rng.integers(0, len(FREE_MAIL), len(free))])
    unknown = np.array([f"kontor-{name}.se" for name in ("norr", "mitt", "syd")])
    mails[outside] = make_mails(first[outside], last[outside], unknown[np.arange(len(outside)) % 3])
    none = np.concatenate([by_mail, free, outside])
    learners.loc[none, ["branch", "since"]] = [NOBODY, NEVER]
    learners.loc[np.concatenate([free, outside]), "partner"] = NOBODY
    foreign = np.flatnonzero((branches["partner"] == NOBODY) & ~branches["is_test"])
    learners.loc[strangers, "branch"] = foreign[rng.integers(0, len(foreign), len(strangers))]
    learners.loc[strangers, "partner"] = NOBODY
    targets = learners["branch"].to_numpy()[rng.choice(np.setdiff1d(steady, np.concatenate(takes)), len(movers))]
    learners.loc[movers, "later_branch"] = targets
    learners.loc[movers, "moved"] = AUGUST + rng.integers(2, 25, len(movers))
    learners.loc[gone, "gone"] = True
    learners.loc[tests, "is_test"] = True
    learners.loc[tests, "branch"] = np.flatnonzero(branches["is_test"])[0]
    learners["email"] = mails
