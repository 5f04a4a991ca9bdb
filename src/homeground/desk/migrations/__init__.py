"""Migrations of the desk's tables."""
