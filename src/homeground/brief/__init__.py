"""From answers to what people read: tables for the screen and for files, figures, the report, the workbook."""
