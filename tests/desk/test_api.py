"""The API: its description is whole, and whatever is sent to it, it never falls over."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis

from desk_office import Office
from homeground.desk.web.registry import PAGES

HARMFUL = ("account.sign_out_everywhere", "account.revoke_token", "people.disable")
"""Acts that would end the token by which the test itself calls."""


def test_the_description_is_for_those_signed_in_and_names_every_public_page(office: Office) -> None:
    assert office.as_("").get("/api/v1/openapi.json").status_code == 401
    stated = office.as_("viewer").get("/api/v1/openapi.json").json()
    names = {operation["operationId"] for path in stated["paths"].values() for operation in path.values()}
    assert names == {page.name for page in PAGES.values() if page.public}
    product = stated["paths"]["/api/v1/product/{hs6}"]["get"]
    assert {"hs6", "year", "dataset"} == {parameter["name"] for parameter in product["parameters"]}
    assert all(operation["summary"] for path in stated["paths"].values() for operation in path.values())


def test_no_page_of_another_host_is_needed_to_read_it(office: Office) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert office.as_("admin").get(path).status_code == 404


@pytest.mark.parametrize("login", ["admin", "officer"])
def test_whatever_is_sent_nothing_falls_over(empty_office: Office, login: str) -> None:
    desk = empty_office.desk
    token = desk.sessions.make_token(desk.accounts.find(login), "fuzz", 1)
    headers = {"Authorization": f"Bearer {token}"}
    document = empty_office.visitor(**headers).get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    checked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] in HARMFUL:
            continue
        checked += 1

        @hypothesis.settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def sent(case: schemathesis.Case) -> None:
            answer = case.call(base_url=empty_office.base, headers=headers)
            assert answer.status_code < 500, (case.method, case.path, answer.text[:300])
            assert answer.headers["content-type"][0].startswith("application/json")

        sent()
    assert checked > 15
