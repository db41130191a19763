"""Windows and segments of the rival: from rows with a partner and a day to sums per segment and window, in pandas.

Whole columns at a time; the only loops go over kinds of segment and windows, of which there are few.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

SEGMENTS = ("all", "all_partners", "partner", "partner_type", "region")


def describe(rows: pd.DataFrame, history: pd.DataFrame, day: str) -> pd.DataFrame:
    """The rows with partner_type and region of their partner as it was on the day in that column."""
    rows = rows.sort_values(day, kind="stable")
    return pd.merge_asof(
        rows, history.sort_values("valid_from"), left_on=day, right_on="valid_from", by="partner_id"
    ).drop(columns="valid_from")


def in_segments(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each kind of segment, with their `segment`."""
    partners = rows[rows["partner_id"] != "direct"]
    yield "all", rows.assign(segment="all")
    yield "all_partners", partners.assign(segment="all_partners")
    yield "partner", rows.assign(segment=rows["partner_id"])
    yield "partner_type", partners.assign(segment=partners["partner_type"].fillna("unknown"))
    yield "region", partners.assign(segment=partners["region"].fillna("unknown"))


def list_windows(first: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    """Columns period_type, period_start, period_end, window_end of all windows from the month of `first` on."""
    months = pd.date_range(first.to_period("M").start_time, as_of, freq="MS")
    ends = months + pd.offsets.MonthEnd(0)
    quarters = pd.DatetimeIndex(months.to_period("Q").start_time.unique())
    years = pd.to_datetime(pd.DataFrame({"year": months.year, "month": 1, "day": 1}))
    frames = [
        pd.DataFrame({"period_type": "month", "period_start": months, "period_end": ends}),
        pd.DataFrame(
            {"period_type": "quarter", "period_start": quarters, "period_end": quarters + pd.offsets.QuarterEnd(0)}
        ),
        pd.DataFrame(
            {"period_type": "trailing_12m", "period_start": months - pd.DateOffset(months=11), "period_end": ends}
        ),
        pd.DataFrame({"period_type": "fiscal_ytd", "period_start": years.to_numpy(), "period_end": ends}),
        pd.DataFrame({"period_type": ["all_time"], "period_start": pd.Timestamp("1900-01-01"), "period_end": as_of}),
    ]
    windows = pd.concat(frames, ignore_index=True)
    windows["window_end"] = windows["period_end"].clip(upper=as_of)
    return windows


def sum_windows(rows: pd.DataFrame, day: str, sums: list[str], keys: list[str], as_of: pd.Timestamp) -> pd.DataFrame:
    """Sums of columns by segment, further keys and window; rows fall into the month of their day."""
    rows = rows[rows[day] <= as_of]
    windows = list_windows(rows[day].min(), as_of)
    months = pd.DataFrame({"month": pd.date_range(rows[day].min().to_period("M").start_time, as_of, freq="MS")})
    months = months.merge(windows, how="cross")
    months = months[months["month"].between(months["period_start"], months["window_end"])]
    rows = rows.assign(month=rows[day].dt.to_period("M").dt.start_time)
    frames = []
    for kind, each in in_segments(rows):
        monthly = each.groupby(["segment", *keys, "month"], observed=True)[sums].sum().reset_index()
        spread = monthly.merge(months, on="month")
        added = spread.groupby(["segment", *keys, "period_type", "period_start", "period_end"])[sums].sum()
        frames.append(added.reset_index().assign(segment_type=kind))
    return pd.concat(frames, ignore_index=True)


def find_medians(clocks: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The age by which half have stopped, competing ends included, for each value of the keys.

    Columns entry (last age not at risk), exit (last age at risk), stopped, competed; Aalen and Johansen (1978), which
    without competing ends is Kaplan and Meier (1958).
    """
    entered = clocks.groupby([*keys, "entry"]).size().rename("entered").rename_axis([*keys, "age"])
    left = clocks.groupby([*keys, "exit"]).agg(
        exited=("exit", "size"), stopped=("stopped", "sum"), competed=("competed", "sum")
    )
    ages = pd.concat([entered, left.rename_axis([*keys, "age"])], axis=1).fillna(0).sort_index()
    by_key = ages.groupby(level=keys)
    ages["at_risk"] = by_key["entered"].cumsum() - ages["entered"] - (by_key["exited"].cumsum() - ages["exited"])
    ages["ended"] = ages["stopped"] + ages["competed"]
    ages = ages[ages["ended"] > 0].copy()
    ages["survival"] = (1 - ages["ended"] / ages["at_risk"]).groupby(level=keys).cumprod()
    before = ages.groupby(level=keys)["survival"].shift(fill_value=1.0)
    ages["incidence"] = (before * ages["stopped"] / ages["at_risk"]).groupby(level=keys).cumsum()
    reached = ages[ages["incidence"] >= 0.5 - 1e-12].reset_index()
    return reached.groupby(keys, as_index=False)["age"].min().rename(columns={"age": "value"})


def expose(clocks: pd.DataFrame, window: pd.Series) -> pd.DataFrame:
    """The clocks at risk within a window: entering at their age at its start, followed to its end."""
    start, end = window["period_start"], window["window_end"]
    age = np.timedelta64(1, "D")
    here = clocks[(clocks["start"] <= end) & (clocks["end"] >= start)]
    entry = np.maximum(-1, ((start - here["start"]) // age) - 1)
    over = here["end"] <= end
    leave = np.where(over, (here["end"] - here["start"]) // age, (end - here["start"]) // age)
    return here.assign(entry=entry, exit=leave, stopped=here["stopped"] & over, competed=False)
