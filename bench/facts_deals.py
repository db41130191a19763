"""Facts about how many deals there are, how they ended and what they brought.

Population, exclusions, win rates, bookings, open deals. Waiting times are `facts_velocity`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from bench.facts_attribution import AS_OF
from bench.facts_form import CENTS, DOLLARS, ROUGH_SHARE, SHARE, Fact, ask, ask_value
from bench.facts_money import Rates, is_clear_of_half_a_cent, to_cents
from bench.facts_truth import Deal

REASONS = {
    "test_record": "are tests",
    "deleted_at_source": "were deleted or vanished from the second delivery (and are no tests)",
    "merged_into_other": "were merged into others or are duplicates",
    "outside_population": "are renewals or unqualified",
    "closed_in_future": "are closed, without history, on a date that has not come",
}


def list_deal_facts(deals: list[Deal]) -> list[Fact]:
    """Counts, shares and money of the whole sample."""
    ended = [deal for deal in deals if deal.counts and deal.outcome != "open"]
    won = [deal for deal in ended if deal.outcome == "won"]
    return [
        *_count_exclusions(deals),
        *_count_deals(deals, ended, won),
        *_rate_wins(ended),
        *_sum_bookings(ended, won),
        *_count_open(deals),
    ]


def _count_exclusions(deals: list[Deal]) -> list[Fact]:
    counted = Counter(deal.excluded for deal in deals)
    total = Fact(
        id="deals_total",
        statement="The two deliveries together show so many deals, each counted once.",
        query=ask("count(*)", "fct_deals"),
        expected=len(deals),
    )
    return [total] + [
        Fact(
            id=f"deals_excluded_{reason}",
            statement=f"So many deals {why}, judged by the first reason that applies.",
            query=ask("count(*)", "fct_deals", f"excluded_reason = '{reason}'"),
            expected=counted[reason],
        )
        for reason, why in REASONS.items()
    ]


def _count_deals(deals: list[Deal], ended: list[Deal], won: list[Deal]) -> list[Fact]:
    placed = Counter(deal.partner for deal in deals if deal.counts)
    quarter = [deal for deal in ended if deal.closed and date(2026, 4, 1) <= deal.closed < date(2026, 7, 1)]
    counts = [
        ("deals_closed", "Deals won or lost, ever.", ask_value("deals_closed_count"), len(ended)),
        ("deals_won", "Deals won, ever.", ask_value("deals_won_count"), len(won)),
        (
            "deals_closed_2026_q2",
            "Deals won or lost from April to June 2026.",
            ask_value("deals_closed_count", period=("quarter", "2026-04-01")),
            len(quarter),
        ),
    ] + [
        (
            f"deals_{kind}",
            f"Deals of the population whose partner of record is `{kind}`.",
            ask("count(*)", "fct_deals", f"partner_id = '{kind}' and excluded_reason is null"),
            placed[kind],
        )
        for kind in ("direct", "unmatched")
    ]
    return [Fact(id=id_, statement=text, query=query, expected=number) for id_, text, query, number in counts]


def _is_in(attribute: str, wanted: str) -> Callable[[Deal], bool]:
    return lambda deal: bool(getattr(deal, attribute) == wanted)


def _share_won(deals: list[Deal]) -> float:
    return round(sum(deal.outcome == "won" for deal in deals) / len(deals), 6)


def _rate_wins(ended: list[Deal]) -> list[Fact]:
    def fact(name: str, text: str, keep: Callable[[Deal], bool], segment: tuple[str, str]) -> Fact:
        return Fact(
            id=f"win_rate_{name}",
            statement=f"Won deals over won and lost deals of all time, {text}.",
            query=ask_value("win_rate_by_count", SHARE, segment=segment),
            expected=_share_won([deal for deal in ended if keep(deal)]),
        )

    facts = [
        fact("all", "direct and unmatched ones included", lambda _: True, ("all", "")),
        fact("direct_route", "route direct", lambda deal: deal.route == "direct", ("route", "direct")),
    ]
    for region in ("AMER", "EMEA", "APAC", "LATAM"):
        text = f"partner's region {region} when the deal closed"
        facts.append(fact(region.lower(), text, _is_in("region", region), ("region", region)))
    for motion in ("resell", "services", "alliance", "marketplace"):
        text = f"partner's motion {motion}"
        facts.append(fact(motion, text, _is_in("motion", motion), ("motion", motion)))
    return facts


def _sum_bookings(ended: list[Deal], won: list[Deal]) -> list[Fact]:
    rates = Rates()
    dollars = {deal.id: rates.in_dollars(deal.amount, deal.currency, deal.closed or AS_OF) for deal in ended}
    sold = {deal.id: deal for deal in won if dollars[deal.id] is not None}
    facts = []
    for month in ("2025-06", "2025-12", "2026-03", "2026-07"):
        total = sum(
            (dollars[key] or Decimal(0) for key, deal in sold.items() if f"{deal.closed}"[:7] == month),
            Decimal(0),
        )
        if is_clear_of_half_a_cent(total):
            facts.append(
                Fact(
                    id=f"won_amount_{month.replace('-', '_')}",
                    statement=f"Bookings of {month} in dollars to the cent, each at its closing date's rate.",
                    query=ask_value("won_amount", CENTS, period=("month", f"{month}-01")),
                    expected=to_cents(total),
                )
            )
    whole = sum((dollars[key] or Decimal(0) for key in sold), Decimal(0))
    valued = sum((value for value in dollars.values() if value is not None), Decimal(0))
    missing = [deal for deal in won if deal.amount is not None and dollars[deal.id] is None]
    return [
        *facts,
        Fact(
            id="won_amount_all_time",
            statement="Bookings of all time in whole US dollars.",
            query=ask_value("won_amount", DOLLARS),
            expected=round(whole),
        ),
        Fact(
            id="mean_won_amount",
            statement="Bookings over won deals with an amount and a rate, in whole dollars.",
            query=ask_value("mean_won_amount", DOLLARS),
            expected=round(whole / len(sold)),
        ),
        Fact(
            id="win_rate_by_amount",
            statement="Won amount over won and lost amount, both in dollars at the closing dates' rates.",
            query=ask_value("win_rate_by_amount", ROUGH_SHARE),
            expected=round(float(whole / valued), 4),
        ),
        Fact(
            id="won_without_rate",
            statement="Won deals whose currency had no rate in the week before they closed.",
            query=ask("count(*)", "kpi_evidence", "kpi_code = 'won_amount' and excluded_reason = 'missing_fx_rate'"),
            expected=len(missing),
        ),
    ]


def _count_open(deals: list[Deal]) -> list[Fact]:
    rates = Rates()
    facts = []
    for end in (date(2025, 6, 30), date(2025, 12, 31), AS_OF):
        standing = [d for d in deals if d.counts and d.created <= end and (d.closed is None or d.closed > end)]
        facts.append(
            Fact(
                id=f"open_deals_{end:%Y_%m}",
                statement=f"Deals created by {end} and not closed by then.",
                query=ask_value("open_deal_count", period=("month", f"{end:%Y-%m}-01")),
                expected=len(standing),
            )
        )
    values = [rates.in_dollars(deal.amount, deal.currency, AS_OF) for deal in standing]
    worth = sum((value for value in values if value is not None), Decimal(0))
    return [
        *facts,
        Fact(
            id="open_pipeline",
            statement=f"Amount of the deals open on {AS_OF}, in whole dollars at that day's rates.",
            query=ask_value("open_pipeline_amount", DOLLARS, period=("month", "2026-08-01")),
            expected=round(worth),
        ),
    ]
