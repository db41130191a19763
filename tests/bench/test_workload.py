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
from bench.workload import list_exports, main, write_inbox
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
    "partnerstack/portal_activity": "event_id,partner_id,occurred_at,activity,user_id,role,task,asset,language",
    "partnerstack/partner_credentials": "credential_id,partner_id,credential_kind,credential,applied_date,"
    "approved_date,expires_date,revoked_date",
    "docebo/branches": "branch_id,branch_name,website,country_code,crm_account_id,is_test",
    "docebo/users": "user_id,fullname,email,branch_id,branch_since,job_role,country_code,status,is_test",
    "docebo/courses": "course_id,course_name,category,target_role,status",
    "docebo/certifications": "certification_id,title,category,target_role,level,course_id,validity_days,"
    "renewal_days_before",
    "docebo/enrollments": "user_id,course_id,enroll_date,first_access,complete_date,unenroll_date,status,score,"
    "score_max,date_begin_validity,date_expire_validity",
    "docebo/certificates": "certificate_id,user_id,certification_id,on_date,expire_at,revoked_on,renewed_from",
    "zendesk/organizations": "id,name,domain_names,country,external_id,created_at",
    "zendesk/tickets": "id,organization_id,requester_email,handled_by,subject,status,priority,via_channel,type,"
    "group_name,created_at,solved_at,closed_at,reopens,first_reply_due_at,resolution_due_at,sla_first_reply,sla_resolution,"
    "satisfaction_rating,merged_into,tags,is_test",
    "zendesk/ticket_field_history": "ticket_id,field_name,updated,user_id,value",
    "zendesk/ticket_comments": "id,ticket_id,created,public,author_role,user_id",
    "hubspot/companies": "company_id,name,domain,country_code,type,is_deleted",
    "hubspot/deals": "deal_id,dealname,amount,deal_currency_code,dealtype,dealstage,pipeline,createdate,closedate,"
    "hs_is_closed,hs_is_closed_won,hs_deal_stage_probability,hubspot_owner_id,associated_company_id,is_deleted,"
    "merged_into,hs_v2_date_entered_appointmentscheduled,hs_v2_date_entered_qualifiedtobuy,"
    "hs_v2_date_entered_presentationscheduled,hs_v2_date_entered_contractsent,hs_v2_date_entered_closedwon,"
    "hs_v2_date_entered_closedlost",
    "hubspot/deal_company": "deal_id,company_id,label",
}
ACQUIRED = {
    "skilljar/groups": "group_id,group_name,domain,country_code",
    "skilljar/users": "user_id,full_name,email,group_id,role,is_active",
    "skilljar/courses": "course_id,title,category,role,certificate_validity_days",
    "skilljar/course_progress": "user_id,course_id,enrolled_at,started_at,completed_at,unenrolled_at,success_status,"
    "score,max_score",
    "skilljar/certificates": "certificate_id,user_id,course_id,issued_at,expires_at",
    "servicenow/core_company": "sys_id,name,website,country,u_partner_id",
    "servicenow/incident": "sys_id,number,company,short_description,state,priority,contact_type,category,"
    "assignment_group,opened_at,resolved_at,closed_at,made_sla,reopen_count",
    "servicenow/sys_audit": "documentkey,fieldname,newvalue,sys_created_on,user",
    "servicenow/task_sla": "sys_id,task,sla,stage,start_time,duration,has_breached",
}
KEYS = {
    "partnerstack/program_memberships": ["partner_id", "program", "valid_from"],
    "docebo/enrollments": ["user_id", "course_id", "enroll_date"],
    "zendesk/ticket_field_history": ["ticket_id", "field_name", "updated", "user_id", "value"],
    "hubspot/deal_company": ["deal_id", "company_id", "label"],
    "skilljar/course_progress": ["user_id", "course_id", "enrolled_at"],
    "servicenow/sys_audit": ["documentkey", "fieldname", "newvalue", "sys_created_on"],
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
    write_inbox(list_exports(world), tmp_path)
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


def list_files() -> list[tuple[str, str]]:
    """Every file of the inbox that has a header of a vendor's: its export and that header, once a delivery."""
    files = [(f"{export}_{as_of}.csv", header) for export, header in HEADERS.items() for as_of in AS_OF]
    return files + [(f"{export}_{AS_OF[-1]}.csv", header) for export, header in ACQUIRED.items()]


@pytest.mark.parametrize(("path", "header"), list_files())
def test_headers_are_those_of_the_vendor(path: str, header: str) -> None:
    """Each delivery of an export carries its header exactly."""
    with (SAMPLE_INBOX / path).open(encoding="utf-8") as file:
        assert file.readline().rstrip("\n") == header


def test_every_file_of_the_sample_is_known() -> None:
    """No file lies in the inbox whose shape no test states."""
    known = {path for path, _ in list_files()} | {"ecb/eurofxref-hist.csv"}
    assert {str(path.relative_to(SAMPLE_INBOX)) for path in SAMPLE_INBOX.rglob("*.csv")} == known


def test_the_first_systems_stay_as_they_were() -> None:
    """Learning, support, portal and the acquired business draw from streams of their own: no deal moved for them."""
    assert digests(SAMPLE_INBOX / "salesforce")["Opportunity_2026-08-31.csv"][:16] == "53a06cc678ab9a17"
    assert digests(SAMPLE_INBOX / "partnerstack")["registration_events_2026-07-31.csv"][:16] == "b5a5f8b97adf920f"


def test_the_rates_have_the_form_of_the_central_bank() -> None:
    """Newest first, a last column without a name, `N/A` where a currency ended."""
    lines = (SAMPLE_INBOX / "ecb/eurofxref-hist.csv").read_text("ascii").splitlines()
    assert lines[0].startswith("Date,USD,JPY,")
    assert all(line.endswith(",") for line in lines)
    assert lines[1:] == sorted(lines[1:], reverse=True)
    assert any(",N/A," in line for line in lines)


def test_the_sample_stays_small() -> None:
    """The inbox is below six megabytes; learning, support and the acquired business add less than two and a half."""
    sizes = {path: path.stat().st_size for path in SAMPLE_INBOX.rglob("*.csv")}
    sales = sum(size for path, size in sizes.items() if path.parent.name in {"salesforce", "ecb"})
    activity = ("portal_activity", "partner_credentials")
    sales += sum(
        size
        for path, size in sizes.items()
        if path.parent.name == "partnerstack" and not path.name.startswith(activity)
    )
    assert sales < 3_500_000
    assert sum(sizes.values()) - sales < 2_500_000
    assert max(sizes.values()) < 1_500_000
    assert max(size for path, size in sizes.items() if path.parent.name != "salesforce") < 1_000_000


def test_keys_are_unique_in_each_file() -> None:
    """Nothing in the sample breaks a hard rule: each file's key is unique."""
    for path, header in list_files():
        export = path[: -len("_2026-08-31.csv")]
        key = KEYS.get(export, [header.split(",")[0]])
        assert not read_table(SAMPLE_INBOX / path).duplicated(key).any(), path


def test_the_sample_has_the_promised_people_and_tickets() -> None:
    """Counts that the performance of a laptop and the statistics of a reader can bear."""
    expected = {
        "docebo/users": 1_200, "docebo/enrollments": 2_400, "skilljar/users": 60,
        "servicenow/incident": 120, "hubspot/deals": 140,
    }  # fmt: skip
    for export, count in expected.items():
        assert len(read_table(SAMPLE_INBOX / f"{export}_2026-08-31.csv")) == pytest.approx(count, rel=0.06), export
    for export, count in {
        "docebo/certificates": 1_100,
        "zendesk/tickets": 1_500,
        "partnerstack/partner_credentials": 90,
    }.items():
        ids = {key for as_of in AS_OF for key in read_table(SAMPLE_INBOX / f"{export}_{as_of}.csv").iloc[:, 0]}
        assert len(ids) == pytest.approx(count, rel=0.06), export


def test_references_of_the_new_systems_are_kept() -> None:
    """People, courses, tickets, companies and incidents that rows name are in their own files."""
    pairs = [
        ("docebo/enrollments", "user_id", "docebo/users", "user_id"),
        ("docebo/enrollments", "course_id", "docebo/courses", "course_id"),
        ("docebo/certificates", "certification_id", "docebo/certifications", "certification_id"),
        ("zendesk/tickets", "organization_id", "zendesk/organizations", "id"),
        ("hubspot/deal_company", "company_id", "hubspot/companies", "company_id"),
        ("skilljar/course_progress", "user_id", "skilljar/users", "user_id"),
        ("servicenow/task_sla", "task", "servicenow/incident", "sys_id"),
    ]
    for export, column, other, key in pairs:
        named = set(read_table(SAMPLE_INBOX / f"{export}_{AS_OF[-1]}.csv")[column]) - {""}
        there = set(read_table(SAMPLE_INBOX / f"{other}_{AS_OF[-1]}.csv")[key])
        gone = {"docebo/enrollments": 4}.get(export, 0)  # people that the second delivery no longer has
        assert len(named - there) <= gone, export


def test_two_systems_use_the_same_numbers() -> None:
    """Ids of people, courses and certificates of the two learning systems overlap, and one deal id is in both CRMs."""
    for export, column in (("users", "user_id"), ("courses", "course_id"), ("certificates", "certificate_id")):
        first, second = (
            read_table(SAMPLE_INBOX / f"{who}/{export}_{AS_OF[-1]}.csv")[column] for who in ("docebo", "skilljar")
        )
        if export == "certificates":
            first = read_table(SAMPLE_INBOX / f"docebo/certificates_{AS_OF[0]}.csv")[column]
        assert set(first) & set(second), export
    deals = read_table(SAMPLE_INBOX / f"hubspot/deals_{AS_OF[-1]}.csv")["deal_id"]
    assert deals.isin(read_table(SAMPLE_INBOX / f"salesforce/Opportunity_{AS_OF[-1]}.csv")["Id"]).sum() == 1


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
