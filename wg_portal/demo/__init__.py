"""The demonstration: its data and its story. Nothing here is used by a portal with real members."""
