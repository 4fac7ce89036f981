"""The portal in Chromium: the real server, on the embedded defaults and on PostgreSQL with Redis and two workers."""
