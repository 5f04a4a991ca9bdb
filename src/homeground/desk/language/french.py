"""Countries with their article in French: le Japon, du Japon, au Japon; la Chine, l’Inde, les États-Unis, Cuba.

A country is feminine where its first word ends in e, but for a few; names of many small islands take no article
(Commission nationale de toponymie, Pays et villes du monde).
"""

from __future__ import annotations

import re
from typing import Final

MASCULINE: Final = frozenset(
    {"Mexique", "Mozambique", "Cambodge", "Zimbabwe", "Belize", "Royaume", "Suriname", "Territoire"}
)
FEMININE: Final = frozenset({"Sierra", "R.A.S."})
MANY: Final = frozenset(
    {
        "États", "Pays", "Philippines", "Émirats", "Maldives", "Seychelles", "Comores", "Bahamas", "Fidji", "Bermudes",
        "Îles", "Terres", "Territoires", "Palaos", "Tonga", "Samoa",
    }
)  # fmt: skip
BARE: Final = frozenset(
    {
        "Andorre", "Anguilla", "Antigua", "Aruba", "Bahreïn", "Chypre", "Cuba", "Curaçao", "Djibouti", "Gibraltar",
        "Guam", "Guernesey", "Haïti", "Hong", "Israël", "Jersey", "Kiribati", "La", "Macao", "Madagascar", "Malte",
        "Maurice", "Mayotte", "Monaco", "Montserrat", "Nauru", "Niue", "Oman", "Porto", "Saint", "Sainte", "Sao",
        "Singapour", "Taïwan", "Trinité", "Tuvalu", "Wallis",
    }
)  # fmt: skip
VOWELS: Final = "AEIOUÉÎ"


def with_article(country: str, form: str) -> str:
    """Write a country after `le`, `de` or `à`.

    >>> [with_article("Japon", form) for form in ("le", "de", "à")]
    ['le Japon', 'du Japon', 'au Japon']
    >>> [with_article(each, "de") for each in ("Chine", "Inde", "États-Unis", "Israël", "Royaume-Uni")]
    ['de la Chine', 'de l’Inde', 'des États-Unis', 'd’Israël', 'du Royaume-Uni']
    """
    head = re.split(r"[ -]", country)[0]
    if head in BARE:
        return alone(country, form)
    if head in MANY:
        return {"le": "les ", "de": "des ", "à": "aux "}[form] + country
    if country[0] in VOWELS:
        return {"le": "l’", "de": "de l’", "à": "à l’"}[form] + country
    if (head.endswith("e") and head not in MASCULINE) or head in FEMININE:
        return {"le": "la ", "de": "de la ", "à": "à la "}[form] + country
    return {"le": "le ", "de": "du ", "à": "au "}[form] + country


def alone(name: str, form: str) -> str:
    """Write a name that takes no article after `le`, `de` or `à`.

    >>> alone("Cuba", "de"), alone("Oman", "de"), alone("Oman", "le"), alone("Malte", "à")
    ('de Cuba', 'd’Oman', 'Oman', 'à Malte')
    """
    elided = name[:1].upper() in VOWELS or name[:2] == "Ha"
    return {"le": "", "de": "d’" if elided else "de ", "à": "à "}[form] + name
