"""Pages of the desk speak of its own fields and pages, not of the command line's options."""

from __future__ import annotations

import re

import pytest

from desk_office import Office

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+|'homeground \w+")


@pytest.mark.parametrize(
    "path",
    [
        "/country/JPN?year=2021",
        "/country/JPN/dependence",
        "/product/270900?year=2021",
        "/partner/JPN/SAU",
        "/ground/balance/JPN",
        "/materials/starter",
        "/product/270900?year=1950",
        "/country/JPN?year=1950",
    ],
)
def test_no_page_names_an_option_of_the_command_line(office: Office, path: str) -> None:
    text = office.as_("viewer").get(path).text
    words = re.sub(r"<(style|script)[^>]*>.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    assert OPTION.findall(words) == []
