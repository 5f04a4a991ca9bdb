"""The step-by-step plan: from a process book or a file, solved apart, kept, compared."""
