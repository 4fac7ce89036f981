"""Who is looking, and what they see of organisations and people: queries take a `Viewer` first."""

from wg_portal.accounts.queries.bylines import Byline, byline, bylines
from wg_portal.accounts.queries.directory import (
    Body,
    directory,
    forget_directory,
    organisations,
    page_language,
    role_of,
    setting,
)
from wg_portal.accounts.queries.people import (
    invitation_of_token,
    open_invitations,
    people,
    profile_of,
    seats_of,
)
from wg_portal.accounts.queries.viewer import (
    Viewer,
    handle_hash,
    live_sessions,
    viewer_by_email,
    viewer_of,
    viewer_of_session,
)

__all__ = [
    "Body",
    "Byline",
    "Viewer",
    "byline",
    "bylines",
    "directory",
    "forget_directory",
    "handle_hash",
    "invitation_of_token",
    "live_sessions",
    "open_invitations",
    "organisations",
    "page_language",
    "people",
    "profile_of",
    "role_of",
    "seats_of",
    "setting",
    "viewer_by_email",
    "viewer_of",
    "viewer_of_session",
]
