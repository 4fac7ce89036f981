"""Discussions: threads of posts, on an item or alone, each open to exactly the audience of what it hangs on."""
