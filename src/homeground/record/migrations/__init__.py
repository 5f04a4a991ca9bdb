"""Migrations of the record's tables, run by Alembic inside the transaction of `database.migrate`."""
