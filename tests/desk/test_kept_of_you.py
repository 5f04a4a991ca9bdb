"""People are told what changed on their account, see and take along what is kept of them, and can be forgotten."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

from desk_office import PASSWORD, Office
from homeground.desk.database import CHANGES, DRAFTS, PEOPLE


def rows(page: dict[str, list[dict[str, object]]], name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = next(each["rows"] for each in page["panels"] if each["name"] == name)  # type: ignore[assignment]
    return found


def test_at_the_next_sign_in_one_is_told_once_what_changed_since(empty_office: Office) -> None:
    first = empty_office.visitor("viewer")
    assert "On your account" not in first.get("/account").text
    empty_office.as_("admin").post("/people/viewer", {"name": "Vera Viewer", "roles": ["viewer", "officer"]})
    empty_office.as_("admin").post("/people/viewer/link")
    second = empty_office.visitor("viewer")
    told = second.get("/").text
    assert "On your account, since you signed in on" in told
    assert "account changed, by admin" in told
    assert "link for a password made, by admin" in told
    assert "On your account" not in second.get("/").text
    assert "On your account" not in empty_office.visitor("viewer").get("/").text


def test_the_account_page_shows_what_was_changed_by_whom_and_where_it_is_entered(empty_office: Office) -> None:
    empty_office.as_("admin").post("/people/viewer", {"name": "Vera Viewer", "roles": ["viewer", "officer"]})
    (change,) = rows(empty_office.as_("viewer").get("/api/v1/account").json(), "changes")
    assert (change["act"], change["person"]) == ("account changed", "admin")
    assert change["detail"] == "name: Vera Viewer; roles: viewer → viewer, officer"
    assert empty_office.desk.ledger.entry(int(str(change["entry"]))).payload["about"] == "viewer"
    assert rows(empty_office.as_("officer").get("/api/v1/account/kept").json(), "changes") == []


def test_what_is_kept_of_oneself_is_all_there_and_holds_no_secret(empty_office: Office) -> None:
    analyst = empty_office.as_("analyst")
    analyst.post("/deals/new", {"country": "Japan", "seller": "Gulf Crude Trading Co"})
    token = empty_office.desk.sessions.make_token(empty_office.desk.accounts.find("analyst"), "notebook", 30)
    answer = analyst.get("/account/kept?format=json")
    page = answer.json()
    account = {row["what"]: row["kept"] for row in rows(page, "account")}
    assert account["login"] == "analyst"
    assert account["password"] == "a hash (argon2id)"
    assert [row["name"] for row in rows(page, "tokens")] == ["notebook"]
    assert "seller: Gulf Crude Trading Co" in str(rows(page, "drafts")[0]["offer"])
    numbers = [int(str(row["number"])) for row in rows(page, "entries")]
    assert [empty_office.desk.ledger.entry(number).payload["person"] for number in numbers] == ["analyst"]
    for secret in (token, PASSWORD, "$argon2id$"):
        assert secret not in answer.text
    book = openpyxl.load_workbook(io.BytesIO(analyst.get("/account/kept?format=xlsx").content))
    assert len(book.sheetnames) >= 7


def test_a_person_who_is_forgotten_stays_in_the_record_alone(empty_office: Office) -> None:
    admin, office = empty_office.as_("admin"), empty_office
    admin.post("/people", {"name": "Dina Diaz", "login": "dina", "roles": ["officer"]})
    admin.post("/people/dina", {"name": "Dina Diaz-Ek", "roles": ["officer", "analyst"]})
    office.desk.sessions.make_token(office.desk.accounts.find("dina"), "script", 30)
    office.desk.drafts.keep("dina", "d" * 32, {"seller": "Diaz and Sons"})
    assert admin.post("/people/dina/forget", {"confirm": "viewer"}).status_code == 422
    assert office.desk.accounts.find("dina").name == "Dina Diaz-Ek"
    assert admin.post("/people/dina/forget", {"confirm": "dina"}).status_code == 303
    person = office.desk.accounts.find("dina")
    assert person.disabled
    assert (person.roles, person.has_password, person.subject) == ((), False, None)
    assert person.name == f"Person {person.id}"
    office.desk.database.engine.dispose()
    with office.desk.database.reading() as connection:
        kept = repr([list(connection.execute(table.select())) for table in (PEOPLE, CHANGES, DRAFTS)])
    assert "Diaz" not in kept
    assert "Diaz" not in admin.get("/people").text
    known = office.desk.ledger.state().people["dina"]
    assert (known.name, known.roles) == (person.name, ())
    assert office.desk.ledger.verify().intact
    assert b"Dina Diaz" in b"".join(entry.body for entry in office.desk.ledger.entries("person"))


def test_nobody_forgets_themselves_or_the_last_administrator(empty_office: Office) -> None:
    assert empty_office.as_("admin").post("/people/admin/forget", {"confirm": "admin"}).status_code == 422
    assert empty_office.desk.accounts.find("admin").name == "Ada Admin"
    assert empty_office.as_("officer").post("/people/viewer/forget", {"confirm": "viewer"}).status_code == 403


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    from homeground.desk.database import METADATA, Database
    from homeground.desk.settings import Settings
    from homeground.record import database as records

    settings = Settings(home=str(tmp_path))
    config = Config()
    config.set_main_option("script_location", str(Path(records.__file__).parents[1] / "desk" / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = records.engine(records.resolve(str(tmp_path / "desk.sqlite")))
    with records.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO desk_people (login, name, roles, disabled, language, theme, country, created) "
            "VALUES ('ana', 'Ana Aho', 'admin', 0, '', '', '', 1.0)"
        )
    engine.dispose()
    database = Database(settings)
    inspected = sa.inspect(database.engine)
    for table in METADATA.tables.values():
        assert {column.name for column in table.columns} == {
            column["name"] for column in inspected.get_columns(table.name)
        }
    with database.reading() as connection:
        assert connection.execute(sa.select(PEOPLE.c.name, PEOPLE.c.factor_step)).one() == ("Ana Aho", 0)
    database.close()
