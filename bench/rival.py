"""The rival: five headline KPIs in pandas, as a good analyst would write them.

`python -m bench.rival INBOX HOME FILE`. Win rate, time to close, ramp to the first won deal, certifications issued and
SLA attainment, in the segments and windows of the marts. It reads the columns it needs of the delivered files. What is
hard about the rest it is given, which makes it faster: whose a deal or certificate is, which certificates are renewals,
how partners were described, when a clock of service fell due and stopped. Its values are the marts' (`rival_check`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from bench.rival_windows import describe, expose, find_medians, in_segments, list_windows, sum_windows
from bench.scenarios import FIRST

AS_OF = pd.Timestamp(FIRST)
COLUMNS = ["kpi_code", "dimension", "segment_type", "segment", "period_type", "period_start", "period_end", "value"]
CLOSED = {"Closed Won": True, "Closed Lost": False, "closedwon": True, "closedlost": False}
LEFT_OUT = ["Duplicate", "Unqualified"]


def main(inbox: Path, home: Path, target: Path) -> None:
    """Every value into one Parquet file."""
    marts = home / "published" / "current" / "parquet"
    history = pd.read_parquet(
        marts / "dim_partner_history.parquet", columns=["partner_id", "valid_from", "partner_type", "region"]
    )
    history["valid_from"] = pd.to_datetime(history["valid_from"]).astype("datetime64[us]")
    owners = pd.read_parquet(marts / "fct_deals.parquet", columns=["deal_id", "partner_id"])
    deals = pd.concat([read_deals(inbox), read_acquired_deals(inbox)], ignore_index=True).merge(owners, on="deal_id")
    frames = [
        find_win_rates(deals, history),
        find_times_to_close(deals, history),
        find_ramps(inbox, deals, history),
        count_certificates(inbox, marts, history),
        find_attainment(marts, history),
    ]
    pd.concat([frame[COLUMNS] for frame in frames], ignore_index=True).to_parquet(target)


def read_deals(inbox: Path) -> pd.DataFrame:
    """Deals of the CRM that count: created, closed (the last entry into the stage that holds), is_won."""
    stated = pd.read_csv(
        inbox / f"salesforce/Opportunity_{FIRST}.csv",
        usecols=["Id", "IsDeleted", "StageName", "Type", "CreatedDate", "CloseDate", "Is_Test__c", "Merged_Into__c"],
        dtype=str,
    )
    out = stated["StageName"].isin(LEFT_OUT) | (stated["IsDeleted"] == "true") | (stated["Is_Test__c"] == "TRUE")
    out |= stated["Merged_Into__c"].notna() | stated["Type"].str.contains("renewal", case=False, na=False)
    deals = stated[~out]
    saves = pd.read_csv(
        inbox / f"salesforce/OpportunityHistory_{FIRST}.csv",
        usecols=["Id", "OpportunityId", "StageName", "CreatedDate"],
        dtype={"OpportunityId": "category", "StageName": "category"},
    )
    saves = saves.sort_values(["OpportunityId", "CreatedDate", "Id"])
    deal, stage = saves["OpportunityId"].cat.codes, saves["StageName"].cat.codes
    entries = saves[(deal != deal.shift()) | (stage != stage.shift())]
    last = entries.drop_duplicates("OpportunityId", keep="last").set_index("OpportunityId")
    held_stage, entered = deals["Id"].map(last["StageName"].astype(str)), deals["Id"].map(last["CreatedDate"])
    entered = entered.where(held_stage == deals["StageName"]).str[:10]
    return _shape(
        "salesforce:" + deals["Id"],
        deals["StageName"],
        deals["CreatedDate"].str[:10],
        entered.fillna(deals["CloseDate"]),
    )


def read_acquired_deals(inbox: Path) -> pd.DataFrame:
    """The same of the second CRM, which says when each stage was entered."""
    wanted = ["deal_id", "dealtype", "dealstage", "createdate", "closedate", "is_deleted", "merged_into"]
    entered = {stage: f"hs_v2_date_entered_{stage}" for stage in ("closedwon", "closedlost")}
    deals = pd.read_csv(inbox / f"hubspot/deals_{FIRST}.csv", usecols=[*wanted, *entered.values()], dtype=str)
    out = (deals["is_deleted"] == "true") | deals["merged_into"].notna()
    out |= deals["dealtype"].str.contains("renewal", case=False, na=False)
    deals = deals[~out]
    closed = deals["closedate"]
    for stage, column in entered.items():
        closed = closed.mask(deals["dealstage"] == stage, deals[column].fillna(closed))
    return _shape("hubspot:" + deals["deal_id"], deals["dealstage"], deals["createdate"], closed)


def _shape(key: pd.Series, stage: pd.Series, created: pd.Series, closed: pd.Series) -> pd.DataFrame:
    outcome = stage.map(CLOSED)
    frame = pd.DataFrame({"deal_id": key, "created": _to_day(created), "is_won": outcome == True})  # noqa: E712
    frame["closed"] = _to_day(closed).where(outcome.notna())
    return frame[~(frame["closed"] > AS_OF)]


def _to_day(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.str[:10].str.strip(), format="%Y-%m-%d").astype("datetime64[us]")


def find_win_rates(deals: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Won over won and lost, by the day of closing."""
    closed = describe(deals[deals["closed"].notna()].assign(deals=1, won=deals["is_won"]), history, "closed")
    added = sum_windows(closed, "closed", ["won", "deals"], [], AS_OF)
    return added.assign(kpi_code="win_rate_by_count", dimension="", value=added["won"] / added["deals"])


def find_times_to_close(deals: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Days from creation to any close, open ones waiting still."""
    clocks = deals.assign(start=deals["created"], end=deals["closed"].fillna(AS_OF), stopped=deals["closed"].notna())
    clocks = describe(clocks[(clocks["start"] <= clocks["end"])], history, "start")
    windows = list_windows(clocks["start"].min(), AS_OF)
    windows = windows[windows["period_type"].isin(["quarter", "trailing_12m", "all_time"])]
    frames = []
    for _, window in windows.iterrows():
        exposed = expose(clocks, window)
        for kind, each in in_segments(exposed):
            if kind != "partner" or window["period_type"] != "quarter":
                found = find_medians(each, ["segment"])
                frames.append(found.assign(segment_type=kind, **window.drop("window_end").to_dict()))
    return pd.concat(frames).assign(kpi_code="time_to_close", dimension="created")


def find_ramps(inbox: Path, deals: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Days from joining to the first won deal; leaving competes."""
    partners = pd.read_csv(
        inbox / f"partnerstack/partnerships_{FIRST}.csv", usecols=["key", "joined_at", "left_at", "test"], dtype=str
    )
    partners = partners[(partners["test"] != "true") & partners["joined_at"].notna()]
    stamps = {name: pd.to_numeric(partners[name]) for name in ("joined_at", "left_at")}
    days = {name: pd.to_datetime(each.where(each > 0), unit="ms").dt.normalize() for name, each in stamps.items()}
    clocks = pd.DataFrame(
        {"partner_id": "partnerstack:" + partners["key"], "start": days["joined_at"], "left": days["left_at"]}
    )
    clocks[["start", "left"]] = clocks[["start", "left"]].astype("datetime64[us]")
    clocks["left"] = clocks["left"].where(clocks["left"] <= AS_OF)
    won = deals[deals["is_won"] & deals["closed"].notna()].merge(clocks[["partner_id", "left"]], on="partner_id")
    first = won[~(won["closed"] >= won["left"])].groupby("partner_id")["closed"].min().rename("first")
    clocks = clocks.join(first, on="partner_id")
    shown = deals.loc[deals["is_won"], "closed"].min()
    end = clocks[["first", "left"]].min(axis=1)
    clocks = clocks[(clocks["start"] >= shown) & (clocks["start"] <= AS_OF) & ~(end < clocks["start"])]
    end = end.loc[clocks.index].fillna(AS_OF)
    clocks = clocks.assign(
        entry=-1,
        exit=(end - clocks["start"]).dt.days,
        stopped=clocks["first"].notna(),
        competed=clocks["first"].isna() & clocks["left"].notna(),
    )
    return _find_cohorts(describe(clocks, history, "start"))


def _find_cohorts(clocks: pd.DataFrame) -> pd.DataFrame:
    """Medians of the clocks that started in each window."""
    windows = list_windows(clocks["start"].min(), AS_OF)
    windows = windows[windows["period_type"].isin(["trailing_12m", "all_time"])]
    frames = []
    for _, window in windows.iterrows():
        cohort = clocks[clocks["start"].between(window["period_start"], window["window_end"])]
        for kind, each in in_segments(cohort):
            if kind != "all" and (kind != "partner" or window["period_type"] == "all_time"):
                found = find_medians(each, ["segment"])
                frames.append(found.assign(segment_type=kind, **window.drop("window_end").to_dict()))
    return pd.concat(frames).assign(kpi_code="ramp_time", dimension="joined>first_won_deal")


def count_certificates(inbox: Path, marts: Path, history: pd.DataFrame) -> pd.DataFrame:
    """Certificates issued, by day of issue; renewals and those of test people are told apart by the marts."""
    issued = pd.concat(
        [
            _read_issues(inbox / f"docebo/certificates_{FIRST}.csv", "docebo:", "certificate_id", "on_date"),
            _read_issues(inbox / f"skilljar/certificates_{FIRST}.csv", "skilljar:", "certificate_id", "issued_at"),
        ]
    )
    known = pd.read_parquet(
        marts / "fct_certifications.parquet", columns=["certificate_id", "partner_id", "is_renewal", "excluded_reason"]
    )
    known = known[~known["is_renewal"] & known["excluded_reason"].isna()]
    rows = describe(issued.merge(known, on="certificate_id").assign(issues=1), history, "issued")
    added = sum_windows(rows, "issued", ["issues"], [], AS_OF)
    return added.assign(kpi_code="certifications_issued", dimension="", value=added["issues"])


def _read_issues(file: Path, instance: str, key: str, issued: str) -> pd.DataFrame:
    rows = pd.read_csv(file, usecols=[key, issued], dtype=str)
    return pd.DataFrame({"certificate_id": instance + rows[key], "issued": _to_day(rows[issued])})


def find_attainment(marts: Path, history: pd.DataFrame) -> pd.DataFrame:
    """Clocks that met their target over those whose target fell due, in the month in which it did."""
    clocks = pd.read_parquet(
        marts / "fct_sla_clocks.parquet",
        columns=[
            "process",
            "metric",
            "partner_id",
            "due_at",
            "stopped_at",
            "cancelled_at",
            "is_due",
            "excluded_reason",
        ],
    )
    called_off = clocks["cancelled_at"] <= clocks["due_at"]
    clocks = clocks[clocks["is_due"] & clocks["excluded_reason"].isna() & ~called_off]
    clocks = clocks.assign(
        due=clocks["due_at"].dt.normalize().astype("datetime64[us]"),
        dimension=clocks["process"] + "/" + clocks["metric"],
        met=clocks["stopped_at"] <= clocks["due_at"],
        clocks=1,
    )
    added = sum_windows(describe(clocks, history, "due"), "due", ["met", "clocks"], ["dimension"], AS_OF)
    return added.assign(kpi_code="sla_attainment_rate", value=added["met"] / added["clocks"])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
