"""Answers on plans, their figures, and a plan as a page or workbook."""
