"""The data dictionary: every packaged file is read, and means what it says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pyarrow as pa
import pytest

from homeground import schema
from homeground.codes import blocs, countries, products
from homeground.errors import UnknownCode


def test_flows_have_the_key_and_types_that_everything_relies_on() -> None:
    flows = schema.table("flows")
    assert flows.key == ("year", "exporter", "importer", "hs6")
    assert flows.sorted_by == ("year", "importer", "hs6", "exporter")
    assert flows.arrow_schema() == pa.schema(
        [
            pa.field("year", pa.int16(), nullable=False),
            pa.field("exporter", pa.string(), nullable=False),
            pa.field("importer", pa.string(), nullable=False),
            pa.field("hs6", pa.string(), nullable=False),
            pa.field("value_usd", pa.float64(), nullable=False),
            pa.field("quantity_t", pa.float64(), nullable=True),
        ]
    )


def test_units_and_code_tables_are_stated_per_column() -> None:
    columns = {column.name: column for column in schema.table("flows").columns}
    assert (columns["value_usd"].unit, columns["quantity_t"].unit) == ("USD", "t")
    assert columns["exporter"].codes == "countries"
    assert columns["hs6"].codes == "products"
    assert columns["year"].unit is None


@pytest.mark.parametrize("name", schema.tables())
def test_each_table_is_whole(name: str) -> None:
    table = schema.table(name)
    columns = [column.name for column in table.columns]
    nullable = {column.name for column in table.columns if column.nullable}
    assert table.name == name
    assert table.meaning
    assert all(column.meaning for column in table.columns)
    assert set(table.key) <= set(columns)
    assert set(table.sorted_by) <= set(columns)
    assert not nullable & set(table.key)
    assert table.arrow_schema().names == columns
    assert all(column.codes in (None, "parties", "goods", *schema.tables()) for column in table.columns)


def test_the_tables_named_in_the_dictionary_are_there() -> None:
    codes = {"countries", "blocs", "products", "concordances"}
    trade = {"flows", "exports", "imports", "production", "prices", "weights", "restrictions"}
    ground = {"balances", "population", "gdp"}
    expected = codes | trade | ground
    assert expected <= set(schema.tables())


def test_a_date_column_is_a_date() -> None:
    assert schema.table("restrictions").arrow_schema().field("from_date").type == pa.date32()


def test_an_unknown_table_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownCode, match=r"unknown table: found 'flow', expected .*flows"):
        schema.table("flow")


def test_a_description_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        schema.table("flows").name = "other"  # type: ignore[misc]
    assert schema.table("flows") is schema.table("flows")


@pytest.mark.parametrize(
    ("name", "rows"), [("countries", countries.table()), ("blocs", blocs.table()), ("products", products.table("HS22"))]
)
def test_the_code_tables_fit_their_own_description(name: str, rows: pa.Table) -> None:
    description = schema.table(name)
    assert rows.cast(description.arrow_schema()).num_rows == rows.num_rows
    for column in description.columns:
        assert column.nullable or rows[column.name].null_count == 0
    keys = list(zip(*(rows[column].to_pylist() for column in description.key), strict=True))
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
