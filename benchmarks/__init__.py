"""What the portal costs, as commands: `python -m benchmarks` runs them all."""
