"""Briefs and alerts: short structured texts on laws, revised with history."""
