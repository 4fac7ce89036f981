"""A term says as much as the text it stands in: both are for the audience of their card."""

from wg_portal.audiences.policy import is_among
from wg_portal.core.visibility import guards
from wg_portal.search.models import Document, Posting


@guards(Posting)
def can_read_posting(member, posting):
    return is_among(member, posting.audience_id)


@guards(Document)
def can_read_document(member, document):
    return is_among(member, document.audience_id)
