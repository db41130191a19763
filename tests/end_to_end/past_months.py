"""A programme small enough to know every number of: July as it was delivered, and what was said of July afterwards.

Between the two: D-1's amount is edited, D-4 is merged into another deal, D-6 comes late, a quote of the euro comes that
is nearer to D-5's closing, and a weight is another one.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.conftest import PROJECT, CommandLine

PARTNERS = """partner_id,name,partner_type,status,tier,country,region,joined_date,crm_account_id
P-1,Linden Partners GmbH,Reseller,active,Gold,DE,EMEA,2026-01-15,A-1
P-2,Torfa Digital,Reseller,active,Silver,SE,EMEA,2026-02-01,A-2
"""
ACCOUNTS = "account_id,name,country\nA-1,Linden Partners GmbH,DE\nA-2,Torfa Digital,SE\n"
DEAL_PARTNERS = "opportunity_id,account_id,role,is_primary\n" + "".join(
    f"D-{deal},A-{account},Sourcing Partner,yes\n"
    for deal, account in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 2), (6, 1), (7, 1))
)
DEAL_COLUMNS = (
    "opportunity_id,account_id,name,amount,currency,stage,created_date,close_date,is_closed,is_won,"
    "merged_into_opportunity_id\n"
)
JULY_DEALS = (
    "D-1,C-1,one,1000,USD,Closed Won,2026-03-01,2026-05-10,yes,yes,",
    "D-2,C-2,two,4000,USD,Closed Lost,2026-03-01,2026-06-10,yes,no,",
    "D-3,C-3,three,5000,EUR,Proposal,2026-03-01,2026-12-31,no,no,",
    "D-4,C-4,four,2000,USD,Closed Won,2026-04-01,2026-07-05,yes,yes,",
    "D-5,C-5,five,3000,EUR,Closed Won,2026-04-01,2026-06-20,yes,yes,",
)
RESTATED_DEALS = (
    "D-1,C-1,one,1500,USD,Closed Won,2026-03-01,2026-05-10,yes,yes,",
    *JULY_DEALS[1:3],
    "D-4,C-4,four,2000,USD,Closed Won,2026-04-01,2026-07-05,yes,yes,D-5",
    JULY_DEALS[4],
    "D-6,C-6,six,700,USD,Closed Won,2026-04-01,2026-05-20,yes,yes,",
)
AUGUST_DEALS = (*RESTATED_DEALS, "D-7,C-7,seven,900,USD,Closed Won,2026-06-01,2026-08-05,yes,yes,")
JULY_RATES = "rate_date,currency,units_per_eur\n2026-06-15,USD,1.10\n2026-07-31,USD,1.20\n"
LATER_RATES = "rate_date,currency,units_per_eur\n2026-06-19,USD,1.15\n"


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A home and its inbox."""

    folder: Path
    partner_kpi: CommandLine

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def call(self, command: str, *arguments: str, code: int = 0) -> str:
        """Standard output of a command that ends with `code`."""
        inbox = ("--inbox", str(self.folder / "inbox")) if command == "run" else ()
        done = self.partner_kpi(command, *arguments, *inbox, "--home", str(self.home))
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def deliver(self, name: str, text: str) -> None:
        target = self.folder / "inbox" / "generic" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def deliver_july(self) -> None:
        self.deliver("partners_2026-07-31.csv", PARTNERS)
        self.deliver("accounts_2026-07-31.csv", ACCOUNTS)
        self.deliver("opportunity_partners_2026-07-31.csv", DEAL_PARTNERS)
        self.deliver("opportunities_2026-07-31.csv", deals(JULY_DEALS))
        self.deliver("fx_rates_2026-07-31.csv", JULY_RATES)

    def restate_july(self) -> None:
        self.deliver("opportunities_2026-07-31.csv", deals(RESTATED_DEALS))
        self.deliver("fx_rates_2026-08-01.csv", LATER_RATES)
        self.change_weight()

    def change_weight(self) -> None:
        """The win rate weighs half as much on every card."""
        source = PROJECT / "seeds" / "reference" / "scorecard_weights.csv"
        with source.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for row in rows:
            if row["kpi_code"] == "win_rate_by_count":
                row["weight"] = str(float(row["weight"]) / 2)
        target = self.home / "policies" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def manifest(self, folder: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.home / folder / "manifest.json").read_text("utf-8"))
        return content

    def current(self) -> str:
        return (self.home / "published" / "current").readlink().name

    def ask(self, folder: str, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.home / folder / "partner_kpi.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()


def deals(rows: tuple[str, ...]) -> str:
    return DEAL_COLUMNS + "".join(f"{row}\n" for row in rows)


def contents(manifest: dict[str, Any]) -> dict[str, str]:
    """What each relation of a generation or replay holds."""
    return {relation["name"]: relation["content_hash"] for relation in manifest["relations"]}
