"""make bench: how fast it is, beside others, on this machine, in one run."""
