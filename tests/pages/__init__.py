"""What every page costs: queries and bytes."""
