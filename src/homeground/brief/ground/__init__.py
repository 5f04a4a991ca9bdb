"""Answers on own ground, and the workbook that a ministry fills in."""
