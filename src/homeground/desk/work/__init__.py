"""Long work: the queue of jobs, the process that works through it, what jobs brought and how long it is kept."""
