"""Events on the web: agenda and month, one event, its calendar file, scheduling, moving, cancelling, answering."""

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _

from wg_portal.accounts.queries import bylines
from wg_portal.audiences import queries as audiences
from wg_portal.audiences.actions import ITEM_HOLD
from wg_portal.core import clock, drafts, links
from wg_portal.core.policy import Refusal, require
from wg_portal.core.web import found, see_other, viewer, wants_fragment
from wg_portal.discussions.queries import conversation
from wg_portal.events import actions, calendar, policy, queries
from wg_portal.events.forms import AnswerForm, MoveForm, ScheduleForm, VersionForm
from wg_portal.procedures.queries import addresses

bp = Blueprint("events", __name__)
NEW = "/events/new"


@bp.get("/events")
def index():
    me = viewer()
    view = request.args.get("view", "")
    if view == "month":
        grid = queries.month(me, request.args.get("month", ""))
        return render_template("events/month.html", month=grid, city=queries.city)
    if view == "past":
        rows, later = queries.past(me), None
    else:
        view = ""
        rows, later = queries.coming(me, day_asked(me))
    described = audiences.described(me, [row.audience_id for row in rows])
    own = [row.public_id for row in rows]
    return render_template(
        "events/index.html",
        rows=rows,
        later=later and later.strftime("%Y-%m-%d"),
        view=view,
        audience_of=described,
        places=links.targets_of_many("events", own),
        city=queries.city,
        kinds=queries.KIND_NAMES,
        may_schedule=policy.can_schedule(me),
    )


def day_asked(me):
    """The day from which the agenda is wanted (?from=2026-12-01), or None."""
    try:
        return datetime.fromisoformat(request.args["from"]).replace(tzinfo=ZoneInfo(me.timezone))
    except (KeyError, ValueError, OverflowError):
        return None


@bp.route("/events/new", methods=["GET", "POST"])
def new():
    me = viewer()
    require(policy.can_schedule(me), _("Observers cannot schedule events. Ask a delegate to do it."))
    draft = drafts.draft_at(me, NEW) if request.method == "GET" else None
    form = ScheduleForm.from_request(draft and draft.fields, zone=me.timezone, language=me.language).offer(me)
    if request.method == "GET" and not draft:
        form.linked.data = "\n".join(f"/laws/{id}" for id in request.args.getlist("law"))
        form.countries.data = request.args.getlist("country")
    intent = request.form.get("intent", "")
    if intent == "draft":
        drafts.save_draft(me, NEW, drafts.typed(request.form), title=form.title.data or "")
        flash(_("Your draft is saved. Only you can see it."), "done")
        return see_other(NEW)
    if intent.startswith("recuse:"):
        form.leave_out(intent.removeprefix("recuse:"))
    elif intent in ("", "post") and form.submitted():
        try:
            event = actions.schedule(me, form.plan(me), form.choice(), place=NEW, fields=drafts.typed(request.form))
            return see_other(links.url(f"events/{event.public_id}"))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    page = render_template(
        "events/edit.html",
        form=form,
        event=None,
        audience=form.described(),
        recusable=form.to_recuse(form.countries.data or []),
        chosen=intent == "figures" or intent.startswith("recuse:"),
        hold=ITEM_HOLD if me.hold is None else me.hold,
    )
    return page, status_of(form)


def status_of(form):
    return 422 if form.errors else 200


@bp.get("/events/<public_id>")
def show(public_id):
    me = viewer()
    event, audience = queries.event_and_audience(me, public_id)
    found(event)
    who = queries.attendance(me, event)
    talk = conversation(me, f"events/{public_id}", request.args)
    names = bylines(me, [event, *who.rows, *(talk.posts if talk else [])])
    return render_template(
        "events/show.html",
        **page_words(me, event, audience, who),
        authors=names,
        bylines=names,
        conversation=talk,
        around=links.around(me, f"events/{public_id}"),
        strip=queries.zone_strip(me, event),
        agenda=queries.agenda_lines(me, event),
        may_change=policy.can_change_event(me, event) and not event.is_cancelled,
        calendar_says=policy.calendar_of(audience.marking),
    )


def page_words(me, event, audience, who):
    """What the page and its live pieces both show."""
    return {
        "event": event,
        "audience": audience,
        "attendance": who,
        "own": who.own,
        "place_in_line": who.waits_at(event),
        "open": policy.can_answer(event),
        "kind_name": queries.KIND_NAMES[event.kind],
        "city": queries.city,
        "ended": event.ends_at <= clock.now(),
    }


@bp.get("/events/<public_id>/rsvps")
def rsvps(public_id):
    """The live pieces of an event's page: the answer card, and who comes."""
    if not wants_fragment():
        return see_other(url_for("events.show", public_id=public_id))
    me = viewer()
    event, audience = queries.event_and_audience(me, public_id)
    found(event)
    who = queries.attendance(me, event)
    part = "_who.html" if request.args.get("part") == "who" else "_answer.html"
    authors = bylines(me, who.rows)
    return render_template(f"events/{part}", **page_words(me, event, audience, who), authors=authors)


@bp.post("/events/<public_id>/rsvps")
def answer(public_id):
    form = AnswerForm.from_request()
    rsvp = found(actions.answer(viewer(), public_id, form.answer.data, form.mode.data))
    if rsvp.waits is not None:
        flash(_("All places are taken: you are on the waiting list, and move up by yourself."), "due")
    elif rsvp.answer == "yes":
        flash(_("You have a place."), "done")
    else:
        flash(_("Your answer is recorded."), "done")
    return see_other(url_for("events.show", public_id=public_id))


@bp.get("/rsvps/<public_id>")
def rsvp(public_id):
    """An answer is shown on its event's page."""
    return see_other(url_for("events.show", public_id=found(queries.event_of_rsvp(viewer(), public_id))))


@bp.route("/events/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id):
    me = viewer()
    event, audience = queries.event_and_audience(me, public_id)
    found(event)
    require(policy.can_change_event(me, event), _("Only whoever called this event changes it."))
    form = MoveForm.from_request()
    if request.method == "GET":
        form.show(event, addresses(without_countries(me, public_id)))
    elif form.submitted():
        try:
            found(actions.move(me, public_id, form.plan(me), form.version.data or 0))
            flash(_("Changed. Calendars that took this event move with it."), "done")
            return see_other(url_for("events.show", public_id=public_id))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return render_template("events/edit.html", form=form, event=event, audience=audience, recusable=[]), status_of(form)


def without_countries(me, public_id):
    """What an event's author linked it to, as far as the viewer sees it."""
    targets = [name for name in links.targets_of(f"events/{public_id}") if not name.startswith("countries/")]
    return {"linked": list(links.labels(me, targets).values())}


@bp.post("/events/<public_id>/cancel")
def cancel(public_id):
    """Asks first: the first press shows what will happen, the second does it."""
    me = viewer()
    event, audience = queries.event_and_audience(me, public_id)
    found(event)
    require(policy.can_change_event(me, event), _("Only whoever called this event cancels it."))
    form = VersionForm.from_request()
    if not request.form.get("confirm"):
        return render_template(
            "events/cancel.html", event=event, audience=audience, strip=queries.zone_strip(me, event)
        )
    found(actions.cancel(me, public_id, form.version.data or 0))
    flash(_("Cancelled. Everybody who can see the event sees it."), "done")
    return see_other(url_for("events.show", public_id=public_id))


@bp.get("/events/<public_id>.ics")
def ics(public_id):
    """One event for a calendar program, saying as much as its marking allows. RED has no file."""
    me = viewer()
    event, audience = queries.event_and_audience(me, public_id)
    found(event)
    says = policy.calendar_of(audience.marking)
    if says is None or event.state != "published":
        abort(404)
    base = current_app.config["BASE_URL"]
    entry = calendar.Entry(
        uid=calendar.uid(event.public_id, base),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        title=event.title if says == "full" else _("Working Group event"),
        stamp=event.changed_at,
        place=event.place if says == "full" else "",
        description=event.about if says == "full" else "",
        sequence=event.sequence,
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        confidential=says != "full",
        url=f"{base}/events/{quote(event.public_id)}" if says == "full" else "",
    )
    body = calendar.calendar([entry], now=clock.now())
    name = {"Content-Disposition": 'attachment; filename="event.ics"'}
    return Response(body, mimetype="text/calendar", headers=name)
