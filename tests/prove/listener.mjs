// Readers: each runs the page's own script (static/js/live.js, as it is bundled for browsers) over pages that it loads,
// and reaches the server by a road of its own that can be cut. Orders come as JSON lines, answers go the same way.
//
// First line: {url, readers: [{cookie: "name=value", pages: ["/discussions/…"]}]}; then one of
//   {do: "cut", reader, kind, seconds}  -> {cut: connections}  (see _listener_road.mjs; 0: there was no line to cut)
//   {do: "behind", of: {thread: seq}}   -> {behind: how many readers' threads have not come so far}
//   {do: "report", file}                -> {reported: true}, and the file holds what each reader has lived through
// Unasked: {line: number, port} for each live line that opens. Times are seconds of the machine's monotonic clock.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Reader, bundle } from "./_listener_reader.mjs";

const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const orders = createInterface({ input: process.stdin });
const [first] = await once(orders, "line");
const setting = JSON.parse(first);
const script = await bundle();
const readers = setting.readers.map(
  (one, number) => new Reader({ ...one, number, url: setting.url, script, onLine: (port) => tell({ line: number, port }) }),
);
await Promise.all(readers.map((reader) => reader.open()));
// A page's script that stumbles goes on as far as the browser lets it; we note it.
const troubles = [];
const stumbled = (trouble) => troubles.push(String(trouble?.stack ?? trouble).slice(0, 400));
process.on("unhandledRejection", stumbled);
process.on("uncaughtException", stumbled);

tell({ open: readers.length });

orders.on("line", (order) => {
  const { do: what, ...rest } = JSON.parse(order);
  if (what === "cut") {
    const reader = readers[rest.reader];
    tell({ cut: reader.isLive ? reader.road.cut(rest.kind, rest.seconds) : 0 });
  } else if (what === "behind") {
    tell({ behind: readers.reduce((sum, reader) => sum + reader.behind(rest.of), 0) });
  } else if (what === "report") {
    writeFileSync(rest.file, JSON.stringify({ readers: readers.map((reader) => reader.report()), troubles }));
    tell({ reported: true });
  }
});
orders.on("close", () => process.exit(0));
