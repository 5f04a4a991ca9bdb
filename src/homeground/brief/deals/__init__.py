"""Verdicts in words and pages, the queue, drills, policies and the record as answers."""
