"""Which evidence rows differ between two published files, and the cause of each: the first that fits.

rule      the KPI means something else, or nothing but policies came in between
merge     the row went into another record, or belongs to another partner
rate      only exchange rates made the difference
time      nothing came in between for this KPI; the later business date made it count
late_row  it is dated in a month that was already over, and came after
load      it is newer than what had been shown
edit      a row that was there is another one now, or gone
"""

# ruff: noqa: S608 - the text is this module's own

import duckdb

CAUSES = ("load", "late_row", "edit", "merge", "rule", "rate", "time", "derived", "unexplained")
RATES = "finance.fx_rates"
# What places a row, values it or says that it does not count; `observed_through` alone changes nothing.
_COMPARED = (
    "definition_version", "partner_id", "segments", "event_date", "started_at", "ended_at", "valid_from", "valid_to",
    "entry_duration", "duration", "outcome", "numerator", "denominator", "currency", "excluded_reason",
)  # fmt: skip
_AMOUNTS = {"numerator", "denominator"}


def write_changed_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    """The temporary table `changed_evidence`: kpi_code, evidence_id, change (added, gone, changed), cause."""
    _write_known_between(connection)
    connection.execute(
        f"""
        create or replace temp table changed_evidence as
        with compared as (

            select
                coalesce(after_row.kpi_code, before_row.kpi_code) as kpi_code,
                coalesce(after_row.evidence_id, before_row.evidence_id) as evidence_id,
                before_row, after_row,
                before_row.evidence_id is null as is_added,
                after_row.evidence_id is null as is_gone,
                -- A stop, a closing or a flow: the day on which what is new about the row happened.
                if(
                    coalesce(after_row.aggregation, '') in ('sum', 'count', 'ratio', 'percentile'),
                    after_row.event_date,
                    if(is_added, after_row.anchor_date, coalesce(after_row.valid_to, cast(after_row.ended_at as date)))
                ) as happened_on
            from evidence_before as before_row
            full outer join evidence_after as after_row
                on before_row.kpi_code = after_row.kpi_code and before_row.evidence_id = after_row.evidence_id
            where not ({_same(_COMPARED)}) or {_is_in_between()}

        )

        select
            compared.kpi_code,
            compared.evidence_id,
            case when is_added then 'added' when is_gone then 'gone' else 'changed' end as change,
            case
                when {_same(_COMPARED)} then 'time'
                when known.is_redefined then 'rule'
                when not is_added and not is_gone and before_row.partner_id != after_row.partner_id then 'merge'
                when (before_row.excluded_reason = 'merged_into_other') is distinct from
                    (after_row.excluded_reason = 'merged_into_other')
                    and 'merged_into_other' in (before_row.excluded_reason, after_row.excluded_reason) then 'merge'
                when (before_row.excluded_reason = 'missing_fx_rate') is distinct from
                    (after_row.excluded_reason = 'missing_fx_rate')
                    and 'missing_fx_rate' in (before_row.excluded_reason, after_row.excluded_reason) then 'rate'
                when revalued.deal_id is not null and {_same(_not_amounts())} then 'rate'
                when not known.has_delivery and known.has_rates then 'rate'
                when not known.has_delivery and known.has_policy then 'rule'
                when not known.has_delivery then if(known.is_later, 'time', 'rule')
                when before_row.excluded_reason = 'closed_in_future' and after_row.excluded_reason is null then 'time'
                when is_gone then 'edit'
                when not is_added and not ({_goes_on()}) then 'edit'
                when happened_on <= known.complete_through then 'late_row'
                else 'load'
            end as cause
        from compared
        inner join known_between as known on compared.kpi_code = known.kpi_code
        left join revalued_deals as revalued
            on coalesce(after_row.entity_type, before_row.entity_type) = 'deal'
            and coalesce(after_row.entity_id, before_row.entity_id) = revalued.deal_id
        """
    )


def _write_known_between(connection: duckdb.DuckDBPyConnection) -> None:
    """By KPI, what came in between the two sides; and the deals whose rate alone is another."""
    connection.execute(
        f"""
        create or replace temp table known_between as
        with run as (

            select
                before_run.as_of_date != after_run.as_of_date as is_later,
                if(
                    last_day(before_run.as_of_date) = before_run.as_of_date, before_run.as_of_date,
                    cast(date_trunc('month', before_run.as_of_date) as date) - 1
                ) as complete_through
            from before.marts.run_info as before_run
            cross join after.marts.run_info as after_run

        ),

        definitions as (

            select
                kpi_code,
                coalesce(after_kpi.sources, before_kpi.sources) as sources,
                before_kpi.definition_version is distinct from after_kpi.definition_version as is_redefined
            from before.marts.kpi_definitions as before_kpi
            full outer join after.marts.kpi_definitions as after_kpi using (kpi_code)

        )

        select
            definitions.kpi_code,
            definitions.is_redefined,
            run.is_later,
            run.complete_through,
            coalesce(bool_or(not loads.is_policy and loads.export != '{RATES}'), false) as has_delivery,
            coalesce(bool_or(loads.export = '{RATES}'), false) as has_rates,
            coalesce(bool_or(loads.is_policy), false) as has_policy
        from definitions
        cross join run
        left join loads_between as loads on loads.is_policy or {feeds("loads", "definitions")}
        group by all
        """
    )
    connection.execute(
        """
        create or replace temp table revalued_deals as
        select deal_id
        from before.marts.fct_deals as before_deals
        inner join after.marts.fct_deals as after_deals using (deal_id)
        where
            before_deals.amount is not distinct from after_deals.amount
            and before_deals.currency is not distinct from after_deals.currency
            and before_deals.fx_rate is distinct from after_deals.fx_rate
        """
    )


def feeds(loads: str, definitions: str) -> str:
    """Whether a load may change a KPI: one of its sources, or of the partners that all evidence is placed by."""
    return f"({loads}.export like 'prm.%' or list_contains({definitions}.sources, {loads}.export))"


def _goes_on() -> str:
    """What was still open is open longer, or has ended since; all else is as it was."""
    ending = {"event_date", "ended_at", "valid_to", "duration", "outcome"}
    return (
        _same(tuple(name for name in _COMPARED if name not in ending))
        + " and coalesce(before_row.outcome, 'censored') = 'censored' and before_row.valid_to is null"
        + " and (before_row.event_date is null or before_row.event_date is not distinct from after_row.event_date)"
    )


def _is_in_between() -> str:
    """Known to both, and dated between the two business dates: an expiry that was still to come has come."""
    dates = ("event_date", "valid_from", "valid_to")
    ends = "(select {0}(as_of_date) from (from before.marts.run_info union all from after.marts.run_info))"
    return " or ".join(
        f"(before_row.{date} > {ends.format('min')} and before_row.{date} <= {ends.format('max')})" for date in dates
    )


def _not_amounts() -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if name not in _AMOUNTS)


def _same(names: tuple[str, ...]) -> str:
    return " and ".join(f"before_row.{name} is not distinct from after_row.{name}" for name in names)
