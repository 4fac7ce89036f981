"""One voice: what every row that holds an organisation's answer has. One row an organisation and question."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from wg_portal.core import clock
from wg_portal.core.ids import new_id


class Voice:
    """`version` counts the answers: a later one is given on the version of the earlier one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("organisations.id"), index=True)

    @declared_attr
    def given_by_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("members.id"))

    @declared_attr
    def audience_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("audiences.id"), index=True)

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"version_id_col": cls.__table__.c.version}
