"""One index over everything one may see: filled by listening, read through the door."""
