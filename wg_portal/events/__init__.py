"""Workshops, seminars and meetings: agenda, attendance, and the calendars members carry with them."""
