"""Every row has a name, like `posts/hZ3…`: for URLs, links, hints and the journal, never for permission."""

from wg_portal.core.database import Model


def name_of(row):
    return f"{row.__tablename__}/{row.public_id}"


def split_name(name):
    """('posts', 'hZ3…')"""
    kind, _, public_id = name.partition("/")
    return kind, public_id


def model_named(kind):
    """The model of a table, or None."""
    return next((m.class_ for m in Model.registry.mappers if m.class_.__tablename__ == kind), None)
