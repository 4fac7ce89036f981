"""Live: hints that something changed, over Socket.IO; never what. Pages ask for it over HTTP, through the door."""
