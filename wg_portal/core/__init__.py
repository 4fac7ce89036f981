"""Shared ground: the door, transactions, the journal and what every page needs. Knows no feature."""
