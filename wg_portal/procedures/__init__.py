"""What deciding things together has in common: one voice an organisation, and what waits for whom."""
