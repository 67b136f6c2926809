"""/search and /ask: what a reader looks for in the stored reports, and what was found."""
