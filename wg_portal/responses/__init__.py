"""What the group does about a law: statements that are drafted, opened for signature, signed and released."""
