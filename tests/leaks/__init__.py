"""What one member may not see must be in nothing that they are sent: page, header, hint, letter, file or count."""
