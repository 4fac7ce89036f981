"""The list of countries and a country's page. Every country answers, so that hidden and absent look the same."""

from flask import Blueprint, abort, render_template

from wg_portal.audiences.queries import described
from wg_portal.core.localisation import page_code
from wg_portal.core.web import see_other, viewer
from wg_portal.countries import queries
from wg_portal.laws import queries as laws
from wg_portal.laws.vocabulary import BARRIERS, ENDED, STAGES, country_choices

bp = Blueprint("countries", __name__)


@bp.context_processor
def words():
    return {"stages": STAGES, "barriers": BARRIERS, "ended": ENDED}


@bp.get("/countries")
def index():
    counts = laws.countries(viewer())
    names = [(code, name) for code, name in country_choices(page_code()) if code in counts]
    return render_template("countries/index.html", names=names, counts=counts)


@bp.get("/countries/<code>")
def show(code):
    if not laws.is_country(code):
        return see_other(f"/countries/{code.upper()}") if laws.is_country(code.upper()) else abort(404)
    me = viewer()
    country = queries.country(me, code)
    audiences = described(me, [row.audience_id for row in country.laws])
    return render_template("countries/show.html", country=country, code=code, audiences=audiences)
