"""Sheets as pages and files: templates, figures as drawings, styles and scripts, words and choices of the desk."""
