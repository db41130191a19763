"""Deals as they truly are, before any dirt: who sells what to whom, for how long, and how it ends.

One row per opportunity (positions are deal numbers everywhere else). The way through the stages is
`workload_saves`, the partners attached are `workload_sellers`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench import workload_names as names
from bench.workload_accounts import Accounts
from bench.workload_partners import NEVER
from bench.workload_size import DAYS, FIRST_DAY, Size

DIRECT = -1
MOTIONS = ("resell", "services", "alliance", "marketplace", "direct")
CYCLE_DAYS = np.array([58.0, 84.0, 112.0, 36.0, 96.0])
WIN_LOGIT = np.array([-0.65, -0.35, -0.9, -0.1, -1.15])
AMOUNT_USD = np.array([18_000.0, 32_000.0, 60_000.0, 9_000.0, 40_000.0])
REGISTERED = np.array([0.62, 0.50, 0.28, 0.30, 0.0])
ROUTES = np.array(["channel", "channel", "co-sell", "marketplace", "direct"])
REGION_CYCLE = {"AMER": 0.88, "EMEA": 1.0, "APAC": 1.12, "LATAM": 1.25}
REGION_LOGIT = {"AMER": 0.15, "EMEA": 0.0, "APAC": -0.1, "LATAM": -0.3}
PER_USD = {"USD": 1.0, "EUR": 0.9, "GBP": 0.78, "JPY": 150.0, "BRL": 5.5}
SEASON = np.array([0.85, 0.9, 1.15, 0.95, 1.0, 1.15, 0.8, 0.75, 1.15, 1.0, 1.05, 1.25])


def build_deals(rng: np.random.Generator, size: Size, partners: pd.DataFrame, accounts: Accounts) -> pd.DataFrame:
    """Partner number, motion, customer, days, money and outcome of every opportunity."""
    count = size.opportunities
    calendar = np.concatenate([[0.0], np.cumsum(_day_weights())])
    partner, created = _draw_sellers(rng, size, partners, calendar)
    direct = partner == DIRECT
    country = np.where(
        direct,
        rng.choice(len(names.CODES), count, p=names.SHARES / names.SHARES.sum()),
        partners["country"].to_numpy()[partner],
    )
    motion = np.where(direct, "direct", partners["motion"].to_numpy(dtype=str)[partner])
    place = _positions(motion)
    region = names.REGIONS[country]
    deals = pd.DataFrame({"partner": partner, "motion": motion, "country": country, "created": created})
    deals["registered"] = rng.random(count) < REGISTERED[place] * size.registered
    usd = AMOUNT_USD[place] * np.exp(rng.normal(0.0, 0.95, count))
    length = CYCLE_DAYS[place] * _by_region(REGION_CYCLE, region) * (usd / AMOUNT_USD[place]) ** 0.12
    deals["days"] = np.maximum(4, length * np.exp(rng.normal(0.0, 0.62, count))).astype(np.int64)
    quality = np.where(direct, 0.0, partners["quality"].to_numpy()[partner])
    logit = WIN_LOGIT[place] + _by_region(REGION_LOGIT, region) + quality + 0.45 * deals["registered"]
    deals["won"] = rng.random(count) < 1.0 / (1.0 + np.exp(-logit))
    deals.loc[deals["won"], "days"] = np.maximum(4, (deals.loc[deals["won"], "days"] * 1.12).astype(np.int64))
    deals["registered"] &= deals["days"] >= 32
    deals["route"] = ROUTES[place]
    deals["currency"] = names.CURRENCIES[country]
    deals["amount"] = _round_money(rng, usd, deals["currency"].to_numpy(dtype=str))
    deals["customer"] = _draw_customers(rng, accounts, region)
    deals["name"] = _name_deals(rng, deals["customer"].to_numpy(), accounts)
    deals["type"] = np.where(rng.random(count) < 0.3, "Expansion", "New")
    sources = np.where(direct, np.array(["Web", "Event", "Outbound"])[rng.integers(0, 3, count)], "Partner")
    deals["lead_source"] = sources
    deals["owner"] = rng.integers(0, size.users, count)
    deals["term"] = rng.choice([12, 24, 36], count, p=[0.65, 0.15, 0.2])
    return deals


def _day_weights() -> NDArray[np.float64]:
    days = FIRST_DAY + np.arange(DAYS)
    months = (days.astype("datetime64[M]").astype(np.int64)) % 12
    weekend = np.isin((days.astype(np.int64) + 3) % 7, [5, 6])
    growth = 1.0 + 0.35 * np.arange(DAYS) / DAYS
    return SEASON[months] * growth * np.where(weekend, 0.04, 1.0)


def _draw_sellers(
    rng: np.random.Generator, size: Size, partners: pd.DataFrame, calendar: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A partner by its weight and time in the programme, then a day on which it was in it."""
    count = size.opportunities
    since = np.clip(partners["joined"].to_numpy(), 0, DAYS)
    until = np.clip(partners["left"].to_numpy(), 0, DAYS)
    share = partners["weight"].to_numpy() * (calendar[until] - calendar[np.minimum(since, until)])
    partner = rng.choice(len(partners), count, p=share / share.sum())
    partner[: round(count * size.direct_share)] = DIRECT
    low = np.where(partner == DIRECT, 0.0, calendar[since[partner]])
    high = np.where(partner == DIRECT, calendar[-1], calendar[until[partner]])
    created = np.searchsorted(calendar, low + rng.random(count) * (high - low), side="right") - 1
    order = np.argsort(created, kind="stable")
    return partner[order], np.minimum(created[order], DAYS - 1)


def _positions(motion: NDArray[np.str_]) -> NDArray[np.int64]:
    order = np.argsort(MOTIONS)
    return order[np.searchsorted(np.array(MOTIONS)[order], motion)]


def _by_region(values: dict[str, float], region: NDArray[np.str_]) -> NDArray[np.float64]:
    return np.select([region == name for name in values], list(values.values()))


def _round_money(rng: np.random.Generator, usd: NDArray[np.float64], currency: NDArray[np.str_]) -> NDArray[np.int64]:
    """Cents of the deal's own currency; most amounts are round, a tenth is to the cent (yen never)."""
    per_usd = np.select([currency == code for code in PER_USD], list(PER_USD.values()))
    cents = usd * per_usd * 100
    step = np.where(currency == "JPY", 1_000_000, np.where(rng.random(len(usd)) < 0.1, 1, 5_000))
    return np.asarray(np.maximum(np.round(cents / step), 1).astype(np.int64) * step)


def _draw_customers(rng: np.random.Generator, accounts: Accounts, region: NDArray[np.str_]) -> NDArray[np.int64]:
    """An account of the deal's region; a few customers buy often."""
    rows = accounts.rows
    buyers = np.flatnonzero((rows["type"] == "Customer") & (rows["merged"] >= NEVER) & (rows["created"] < 0))
    customer = np.zeros(len(region), dtype=np.int64)
    for name in names.REGION_NAMES:
        pool = buyers[names.REGIONS[rows["country"].to_numpy()[buyers]] == name]
        here = np.flatnonzero(region == name)
        customer[here] = pool[(len(pool) * rng.random(len(here)) ** 1.7).astype(np.int64)]
    return customer


def _name_deals(rng: np.random.Generator, customer: NDArray[np.int64], accounts: Accounts) -> NDArray[np.str_]:
    stems = accounts.rows["name"].str.split(" ", n=1).str[0].to_numpy(dtype=str)[customer]
    project = np.array(names.PROJECTS)[rng.integers(0, 4, len(customer))]
    return np.char.add(np.char.add(stems, " "), project)
