"""The generator gives the sample that is in the project: the same bytes, the promised files, honest ids."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.facts import list_facts
from bench.workload import main, write_inbox
from bench.workload_ids import extend_ids, make_ids, shorten_ids
from bench.workload_size import SAMPLE, SAMPLE_SEED, Size
from bench.workload_world import World, build_world

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE_INBOX = PROJECT / "seeds" / "exports"
HEADERS = {
    "salesforce/Account": "Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingCountryCode,Website,"
    "DunsNumber__c,OwnerId,CreatedDate",
    "salesforce/Opportunity": "Id,IsDeleted,AccountId,Name,Amount,CurrencyIsoCode,StageName,Type,"
    "ForecastCategoryName,Probability,CreatedDate,CloseDate,IsClosed,IsWon,LeadSource,OwnerId,Route__c,"
    "Deal_Registered__c,Is_Test__c,Amount_Type__c,Term_Months__c,Merged_Into__c",
    "salesforce/OpportunityHistory": "Id,OpportunityId,StageName,Amount,CurrencyIsoCode,CloseDate,"
    "Probability,ForecastCategory,CreatedDate",
    "salesforce/OpportunityPartner": "Id,OpportunityId,AccountToId,Role,IsPrimary",
    "partnerstack/partnerships": "key,company_name,group,status,tier,website,duns,country,manager,parent_key,"
    "applied_at,approved_at,joined_at,signed_at,onboarded_at,left_at,crm_account_id,test,tags",
    "partnerstack/deals": "key,partner_key,crm_opportunity_id,customer_name,created_at,status,decided_at,"
    "expires_at,amount,currency,source,conflict,resubmission_of,test",
    "partnerstack/registration_events": "event_id,registration_id,occurred_at,status,actor",
    "partnerstack/program_memberships": "partner_id,program,valid_from,level,valid_to",
}
AS_OF = ("2026-07-31", "2026-08-31")


@pytest.fixture(scope="module")
def world() -> World:
    """The world of the sample."""
    return build_world(SAMPLE, SAMPLE_SEED)


def read_table(path: Path) -> pd.DataFrame:
    """A file as texts."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def digests(folder: Path) -> dict[str, str]:
    """Fingerprint of each file under a folder."""
    files = sorted(path for path in folder.rglob("*.csv") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_writing_again_gives_the_bytes_of_the_project(world: World, tmp_path: Path) -> None:
    """Sample inbox and overrides are functions of size and seed: no clock, no machine, no order of sets."""
    write_inbox(world, tmp_path)
    assert digests(tmp_path) == digests(SAMPLE_INBOX)
    overrides = world.accounts.overrides.to_csv(index=False, lineterminator="\n")
    assert overrides == (PROJECT / "seeds/reference/partner_xref.csv").read_text("utf-8")


def test_facts_are_those_of_the_world(world: World) -> None:
    """The facts in the project are what is known of the world that the seed gives."""
    written = json.loads((PROJECT / "tests/end_to_end/planted_facts.json").read_text("utf-8"))
    assert [asdict(fact) for fact in list_facts(world)] == written


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    """The seed matters, and the command line takes it."""
    main(["--size", "sample", "--out", str(tmp_path), "--seed", "7"])
    assert len(digests(tmp_path)) == len(digests(SAMPLE_INBOX))
    assert digests(tmp_path) != digests(SAMPLE_INBOX)


def test_rows_follow_from_counts() -> None:
    """Twice the opportunities give about twice the saves, and all kinds of dirt are there still."""
    double = build_world(Size(partners=400, customers=900, opportunities=2 * SAMPLE.opportunities), SAMPLE_SEED)
    single = build_world(SAMPLE, SAMPLE_SEED)
    assert len(double.saves) / len(single.saves) == pytest.approx(2, rel=0.05)
    assert set(single.deals["dirt"]) == set(double.deals["dirt"])


@pytest.mark.parametrize("export", list(HEADERS))
def test_headers_are_those_of_the_vendor(export: str) -> None:
    """Both deliveries of an export carry its header exactly."""
    for as_of in AS_OF:
        with (SAMPLE_INBOX / f"{export}_{as_of}.csv").open(encoding="utf-8") as file:
            assert file.readline().rstrip("\n") == HEADERS[export]


def test_the_rates_have_the_form_of_the_central_bank() -> None:
    """Newest first, a last column without a name, `N/A` where a currency ended."""
    lines = (SAMPLE_INBOX / "ecb/eurofxref-hist.csv").read_text("ascii").splitlines()
    assert lines[0].startswith("Date,USD,JPY,")
    assert all(line.endswith(",") for line in lines)
    assert lines[1:] == sorted(lines[1:], reverse=True)
    assert any(",N/A," in line for line in lines)


def test_the_sample_stays_small() -> None:
    """The inbox is below three and a half megabytes, each file below one and a half."""
    sizes = [path.stat().st_size for path in SAMPLE_INBOX.rglob("*.csv")]
    assert sum(sizes) < 3_500_000
    assert max(sizes) < 1_500_000


def test_keys_are_unique_in_each_file() -> None:
    """Nothing in the sample breaks a hard rule: each file's key is unique."""
    keys = {"partnerstack/program_memberships": ["partner_id", "program", "valid_from"]}
    for export, header in HEADERS.items():
        for as_of in AS_OF:
            key = keys.get(export, [header.split(",")[0]])
            assert not read_table(SAMPLE_INBOX / f"{export}_{as_of}.csv").duplicated(key).any(), export


def test_checksum_of_a_published_example() -> None:
    """The suffix of a well-known id, upper case in the first and last group of five."""
    assert extend_ids(np.array(["0015500000Xyy06", "0061G00000Ja7B6"])).tolist() == [
        "0015500000Xyy06AAB",
        "0061G00000Ja7B6QAJ",
    ]


def test_ids_in_the_sample_carry_their_checksum() -> None:
    """Every eighteen-character id agrees with its first fifteen."""
    for export in ("Account", "Opportunity", "OpportunityHistory", "OpportunityPartner"):
        ids = read_table(SAMPLE_INBOX / f"salesforce/{export}_2026-08-31.csv")["Id"].to_numpy(dtype=str)
        assert (extend_ids(shorten_ids(ids)) == ids).all()


def test_ids_are_unique_and_continue() -> None:
    """Serial numbers never meet, also when a second series continues the first."""
    ids = np.concatenate([make_ids("006", 5_000), make_ids("006", 5_000, first=5_000)])
    assert len(np.unique(ids)) == 10_000


def test_two_accounts_differ_in_case_alone() -> None:
    """Folding the case of fifteen characters would merge two partners with many deals."""
    short = read_table(SAMPLE_INBOX / "salesforce/Account_2026-08-31.csv")["Id"].str[:15]
    assert short.str.lower().duplicated().sum() == 1


def test_second_history_repeats_a_week() -> None:
    """Rows of the last days of July come in both deliveries, byte for byte."""
    first, second = (read_table(SAMPLE_INBOX / f"salesforce/OpportunityHistory_{as_of}.csv") for as_of in AS_OF)
    again = first.merge(second, how="inner")
    assert len(again) == second["Id"].isin(first["Id"]).sum() > 50
