"""From the records of a run to what the report shows; no numbers are made here that a reader could not trace."""
