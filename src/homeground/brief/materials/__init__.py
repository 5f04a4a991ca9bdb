"""Answers on process books: findings, streams, substitutes."""
