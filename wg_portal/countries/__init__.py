"""A country's page: everything about it that the viewer may see, asked of each feature through core/links."""
