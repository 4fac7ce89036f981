"""The front page: what waits for me and my delegation, and what changed since I was last here."""
