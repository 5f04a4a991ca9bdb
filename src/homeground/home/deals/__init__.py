"""Deals on a Home: what evidence asks for, measures in force, screening, reviews in the record, backtests."""
