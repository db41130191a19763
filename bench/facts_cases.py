"""Facts about single deals that were planted by hand, by the label of their case.

Each shows one reading: when a deal counts as closed, what leaves which KPI, at which rate it is converted.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.facts_attribution import AS_OF
from bench.facts_form import Fact, ask_deal, ask_evidence
from bench.facts_money import Rates, to_cents
from bench.facts_truth import Deal
from bench.workload_world import World


def list_case_facts(world: World, deals: list[Deal]) -> list[Fact]:
    """All facts about planted cases."""
    ids = {label: f"salesforce:{world.deals['id'].iloc[number]}" for label, number in world.planted.items()}
    by_id = {deal.id: deal for deal in deals}

    def deal_of(label: str) -> Deal:
        return by_id[ids[label]]

    return [*_close(deal_of), *_leave_out(deal_of), *_convert(deal_of)]


def _close(deal_of: Callable[[str], Deal]) -> list[Fact]:
    thrice, slipped = deal_of("negotiated_thrice"), deal_of("slipped_three_times")
    reopened = deal_of("reopened_and_open")
    dates = {
        "reopened_and_won": "was lost, reopened and won: it closed when it was won",
        "saved_after_win": "was saved twice after its win: it keeps the day of the win",
        "won_in_august": "was open in the first delivery and won before the second",
        "won_before_created": "has no history, so its stated close date holds",
    }
    return [
        Fact(
            id=f"closed_{label}",
            statement=f"Deal {deal_of(label).id} {why}.",
            query=ask_deal("closed_date", deal_of(label).id),
            expected=str(deal_of(label).closed),
        )
        for label, why in dates.items()
    ] + [
        Fact(
            id="visits_negotiated_thrice",
            statement=f"Deal {thrice.id} re-entered Negotiation twice; a repeated save is no visit.",
            query=ask_evidence("stage_duration", "count(*)", thrice.id, "dimension = 'Negotiation'"),
            expected=sum(visit.stage == 4 for visit in thrice.visits),
        ),
        Fact(
            id="reopened_is_open",
            statement=f"Deal {reopened.id} was lost and reopened: it is open.",
            query=ask_deal("outcome", reopened.id),
            expected=reopened.outcome,
        ),
        Fact(
            id="slips_of_a_deal",
            statement=f"The close date of deal {slipped.id} moved later three times.",
            query=ask_evidence("close_date_slip_count", "cast(sum(numerator) as bigint)", slipped.id),
            expected=len(slipped.slips),
        ),
        Fact(
            id="slipped_days_of_a_deal",
            statement=f"Those slips of deal {slipped.id} add up to so many days.",
            query=ask_evidence("slipped_days", "cast(sum(numerator) as bigint)", slipped.id),
            expected=sum(days for _, days in slipped.slips),
        ),
    ]


def _leave_out(deal_of: Callable[[str], Deal]) -> list[Fact]:
    whole = {
        "test_and_deleted": "is a test and deleted: the first reason counts",
        "vanished_win": "is missing from the second delivery",
        "closes_next_month": "is won, without history, on a date after the run's",
    }
    late, poor = deal_of("won_before_created"), deal_of("won_without_amount")
    lev = deal_of("lev_without_rate")
    return [
        Fact(
            id=f"left_out_{label}",
            statement=f"Deal {deal_of(label).id} {why}.",
            query=ask_deal("excluded_reason", deal_of(label).id),
            expected=deal_of(label).excluded,
        )
        for label, why in whole.items()
    ] + [
        Fact(
            id="left_out_won_before_created",
            statement=f"Deal {late.id} closed before it was created: it leaves the clock only.",
            query=ask_evidence("time_to_close", "excluded_reason", late.id, "dimension = 'created'"),
            expected="stop_before_start",
        ),
        Fact(
            id="counted_won_before_created",
            statement=f"Deal {late.id} closed before it was created: it still counts as a win.",
            query=ask_evidence("win_rate_by_count", "cast(numerator as bigint)", late.id, "excluded_reason is null"),
            expected=1,
        ),
        Fact(
            id="counted_won_without_amount",
            statement=f"Deal {poor.id} has no amount: it counts as a win.",
            query=ask_evidence("win_rate_by_count", "cast(numerator as bigint)", poor.id, "excluded_reason is null"),
            expected=1,
        ),
        Fact(
            id="left_out_won_without_amount",
            statement=f"Deal {poor.id} has no amount: it leaves the bookings.",
            query=ask_evidence("won_amount", "count(*)", poor.id, "excluded_reason is null"),
            expected=0,
        ),
        Fact(
            id="left_out_lev_without_rate",
            statement=f"Deal {lev.id} was won in leva when the lev had no rate any more.",
            query=ask_evidence("won_amount", "excluded_reason", lev.id),
            expected="missing_fx_rate",
        ),
    ]


def _convert(deal_of: Callable[[str], Deal]) -> list[Fact]:
    rates = Rates()
    stories = {
        "won_on_christmas": "in euros on a day without a fixing: the rate of the last day before",
        "lev_with_last_rate": "in leva five days after the lev's last rate: that rate",
        "saved_after_win": "in dollars: the amount of its last save",
    }
    facts = []
    for label, why in stories.items():
        deal = deal_of(label)
        dollars = rates.in_dollars(deal.amount, deal.currency, deal.closed or AS_OF)
        if dollars is not None:
            facts.append(
                Fact(
                    id=f"converted_{label}",
                    statement=f"Deal {deal.id} was won {why}.",
                    query=ask_evidence("won_amount", "format('{:.2f}', cast(numerator as double))", deal.id),
                    expected=to_cents(dollars),
                )
            )
    return facts
