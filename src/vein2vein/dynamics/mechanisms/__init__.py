"""One process a file; where rivals exist, one folder a process and one file a hypothesis, the null included."""
