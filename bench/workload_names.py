"""Invented vocabulary: companies, people, countries and how often each occurs.

All names are made of syllables; none is meant to be anybody's. Countries, partner types and roles are those
of `seeds/reference`. No sampling of deals or dates here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEADS = [
    "Bren",
    "Cal",
    "Dov",
    "Elb",
    "Far",
    "Gald",
    "Hav",
    "Ist",
    "Jor",
    "Kel",
    "Lor",
    "Mav",
    "Nor",
    "Orm",
    "Pel",
    "Quil",
    "Ros",
    "Selv",
    "Tor",
    "Ulv",
    "Varn",
    "Wes",
    "Xan",
    "Yar",
    "Zel",
    "Ald",
    "Bor",
    "Corv",
    "Dun",
    "Fell",
    "Gren",
    "Holl",
    "Kend",
    "Lind",
    "Melk",
    "Ost",
    "Prend",
    "Rav",
    "Stel",
    "Trev",
]
TAILS = [
    "vik",
    "dora",
    "amont",
    "wick",
    "stad",
    "ano",
    "eris",
    "ford",
    "gate",
    "holm",
    "lund",
    "mere",
    "inova",
    "port",
    "quist",
    "rane",
    "shaw",
    "tara",
    "una",
    "aville",
    "wyn",
    "zano",
    "beck",
    "croft",
    "eska",
    "idan",
]
MIDDLES = ("", "a", "en", "i", "o", "or", "u", "un")

PARTNER_WORDS = {
    "Reseller": ("Technologies", "IT Supply", "Software House", "Computing"),
    "Distributor": ("Distribution", "Wholesale IT"),
    "Managed Service Provider": ("Managed Services", "Cloud Care", "Operations"),
    "Solution Integrator": ("Consulting", "Integration", "Systems"),
    "Technology Alliance": ("Analytics", "Labs", "Security"),
    "ISV": ("Software", "Apps"),
    "Marketplace Seller": ("Cloud Store", "Digital"),
    "Referral Partner": ("Advisors", "Associates"),
}
TYPE_SHARES = (0.30, 0.04, 0.12, 0.18, 0.10, 0.08, 0.12, 0.06)
MOTIONS = ("resell", "resell", "services", "services", "alliance", "alliance", "marketplace", "resell")
CUSTOMER_WORDS = (
    "Foods",
    "Logistics",
    "Energy",
    "Insurance",
    "Health",
    "Retail",
    "Steel",
    "Textiles",
    "Airways",
    "Bank",
    "University",
    "Pharma",
    "Motors",
    "Telecom",
    "Media",
    "Hotels",
    "Chemicals",
    "Packaging",
    "Shipping",
    "Mutual",
)
PROJECTS = ("Platform", "Rollout", "Pilot", "Seats", "Renewal", "Upgrade")
TIERS = ("Registered", "Silver", "Gold", "Platinum")


@dataclass(frozen=True, kw_only=True)
class Country:
    """What a country means for names, money and how often it occurs."""

    code: str
    region: str
    share: float
    legal: str
    suffix: str
    currency: str


COUNTRIES = tuple(
    Country(code=code, region=region, share=share, legal=legal, suffix=suffix, currency=currency)
    for code, region, share, legal, suffix, currency in (
        ("US", "AMER", 0.31, "Inc", "com", "USD"),
        ("CA", "AMER", 0.06, "Inc", "ca", "USD"),
        ("GB", "EMEA", 0.11, "Ltd", "co.uk", "GBP"),
        ("DE", "EMEA", 0.09, "GmbH", "de", "EUR"),
        ("FR", "EMEA", 0.06, "SAS", "fr", "EUR"),
        ("NL", "EMEA", 0.04, "BV", "nl", "EUR"),
        ("SE", "EMEA", 0.02, "AB", "se", "EUR"),
        ("AE", "EMEA", 0.02, "LLC", "ae", "USD"),
        ("ZA", "EMEA", 0.02, "Pty Ltd", "co.za", "USD"),
        ("JP", "APAC", 0.06, "KK", "co.jp", "JPY"),
        ("AU", "APAC", 0.04, "Pty Ltd", "com.au", "USD"),
        ("SG", "APAC", 0.03, "Pte Ltd", "com.sg", "USD"),
        ("IN", "APAC", 0.03, "Pvt Ltd", "co.in", "USD"),
        ("KR", "APAC", 0.01, "Co Ltd", "co.kr", "USD"),
        ("BR", "LATAM", 0.06, "Ltda", "com.br", "BRL"),
        ("MX", "LATAM", 0.02, "SA de CV", "com.mx", "USD"),
        ("CO", "LATAM", 0.01, "SAS", "com.co", "USD"),
        ("CL", "LATAM", 0.01, "SpA", "cl", "USD"),
    )
)
CODES = np.array([country.code for country in COUNTRIES])
REGIONS = np.array([country.region for country in COUNTRIES])
SHARES = np.array([country.share for country in COUNTRIES])
LEGAL = np.array([country.legal for country in COUNTRIES])
SUFFIXES = np.array([country.suffix for country in COUNTRIES])
CURRENCIES = np.array([country.currency for country in COUNTRIES])
REGION_NAMES = ("AMER", "EMEA", "APAC", "LATAM")

MANAGERS = {
    "AMER": ("Dana Whitlock", "Marcus Oyelaran", "Priscilla Towne"),
    "EMEA": ("Ingrid Sollberg", "Tomasz Wierny", "Amélie Faubert"),
    "APAC": ("Kenji Morisawa", "Anjali Raghavan", "Grace Tennant"),
    "LATAM": ("Luísa Pradella", "Mateo Arrieta"),
}


def make_stems(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """`count` different invented words; numbered once the syllables are used up."""
    words = np.array([head + middle + tail for head in HEADS for middle in MIDDLES for tail in TAILS])
    words = words[np.unique(np.char.lower(words), return_index=True)[1]]
    order = rng.permutation(len(words))
    rounds, places = np.divmod(np.arange(count), len(words))
    stems = words[order[places]]
    return np.where(rounds > 0, np.char.add(stems, rounds.astype(str)), stems)


def make_domains(stems: NDArray[np.str_], words: NDArray[np.str_], country: NDArray[np.int64]) -> NDArray[np.str_]:
    """Web domains under the public suffix usual in each country."""
    slug = np.char.lower(np.char.replace(words, " ", ""))
    host = np.char.add(np.char.add(np.char.lower(stems), "-"), slug)
    return np.char.add(np.char.add(host, "."), SUFFIXES[country])


def dress_websites(rng: np.random.Generator, domains: NDArray[np.str_]) -> NDArray[np.str_]:
    """The same domains as people type them into a field."""
    before = np.array(["https://www.", "www.", "http://", "", "https://partners."])
    after = np.array(["", "/", "/about"])
    dressed = np.char.add(before[rng.integers(0, 5, len(domains))], domains)
    return np.char.add(dressed, after[rng.integers(0, 3, len(domains))])
