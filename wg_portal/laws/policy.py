"""Who may read laws and their history, and who may keep them."""

from sqlalchemy import and_, exists, or_

from wg_portal.audiences.policy import can_read_item, is_in, is_seated
from wg_portal.core.visibility import guards
from wg_portal.laws.models import Import, Law, LawStage


@guards(Law)
def can_read_law(member, law):
    return can_read_item(member, law)


@guards(LawStage)
def can_read_law_stage(member, stage):
    """A stage is open to those who may read its law; while the law is held, to its author only."""
    law = Law.__table__.c
    return and_(
        is_in(member, stage.audience_id),
        exists().where(law.id == stage.law_id, or_(law.state != "held", law.author_id == member.id)),
    )


@guards(Import)
def can_read_import(member, batch):
    return is_seated(member, batch.organisation_id)


def can_import(member):
    """The secretariat keeps the common collection."""
    return member.organisation.kind == "secretariat"


def can_change_law(member, law):
    """The organisation that wrote it, and the secretariat; both only if they can see it."""
    return law.organisation_id == member.organisation.id or member.organisation.kind == "secretariat"
