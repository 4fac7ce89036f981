"""Importing over HTTP, and the norms. A file is looked at first; nothing is stored before the second press.

The text travels in the page, never on the server's disk, so that rows can be mended in place.
"""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from wg_portal.core import links
from wg_portal.core.names import name_of
from wg_portal.core.policy import require
from wg_portal.core.web import found, see_other, viewer
from wg_portal.laws import columns, importing, intake, policy, queries
from wg_portal.laws.forms import ImportForm
from wg_portal.laws.vocabulary import CONFIDENCES, NORM_KINDS, PRINCIPLES, STAGES

bp = Blueprint("law_imports", __name__)

SHOWN = 100  # rows of a preview; faults are all shown


@bp.context_processor
def words():
    return {"stages": STAGES, "principles": PRINCIPLES, "norm_kinds": NORM_KINDS, "confidences": CONFIDENCES}


@bp.route("/laws/import", methods=["GET", "POST"])
def take_in():
    me = viewer()
    require(policy.can_import(me), _("The secretariat imports. Send it your file, or record one law yourself."))
    form, table = ImportForm(), None
    if request.method == "POST":
        table = read(form)
        intent = request.form.get("intent")
        kind = form.kind.data
        take = intake.import_norms if kind == "norms" else intake.import_laws
        if (intent == "import" and table.is_clean) or (intent == "good" and table.good):
            batch = take(me, table.good)
            return see_other(links.url(name_of(batch)))
    page = render_template("laws/import.html", form=form, table=table, shown=SHOWN, columns=columns)
    return page, 422 if table and not table.is_clean else 200


def read(form):
    """The Table of the chosen file, else of the pasted text; the text is put back into the form."""
    file: Any = form.file.data
    if file and file.filename:
        try:
            form.content.data = importing.decode(file.read())
        except importing.Unreadable as trouble:
            return importing.Table(errors=[str(trouble)])
    text = form.content.data or ""
    return columns.read_norms(text) if form.kind.data == "norms" else columns.read_laws(text)


@bp.get("/imports/<public_id>")
def report(public_id):
    batch = found(queries.import_report(viewer(), public_id))
    return render_template("laws/report.html", batch=batch)


@bp.get("/norms")
def norms():
    principle = request.args.get("principle", "")
    principle = principle if principle in PRINCIPLES else ""
    return render_template("laws/norms.html", norms=queries.norms(principle), principle=principle)


@bp.get("/norms/<code>")
def norm(code):
    row = found(queries.norm(code))
    return render_template("laws/norm.html", norm=row, around=links.around(viewer(), name_of(row)))
