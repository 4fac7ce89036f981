// Reads a calendar from standard input with ical.js and writes what it understood, as JSON: a reader
// that shares no code with the writer. Times are instants, reckoned with the file's own zones alone.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

ICAL.TimezoneService.reset();
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    starts: event.startDate.toJSDate().toISOString(),
    ends: event.endDate.toJSDate().toISOString(),
    zone: event.startDate.zone.tzid,
    title: event.summary,
    place: event.location,
    description: event.description,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    class: component.getFirstPropertyValue("class"),
    organizer: event.organizer,
    attendees: event.attendees.map((one) => [one.getParameter("cn"), one.getFirstValue()]),
  };
});
console.log(JSON.stringify({ method: calendar.getFirstPropertyValue("method"), events }));
