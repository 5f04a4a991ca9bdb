"""Answers on exposure, extraction and shocks."""
