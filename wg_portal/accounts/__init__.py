"""Members, their organisations and seats, invitations, sign-in and sessions."""
