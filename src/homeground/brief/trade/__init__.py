"""Answers on a country, a product, prices and years, in tables and sentences."""
