// One run of autocannon, told as JSON on standard input: {url, connections, amount | duration, requests, headers}.
// A request's "[<id>]" becomes a value of its own each time. Answers: how many, how long each took (ms), which statuses.
import autocannon from "autocannon";

const told = JSON.parse(await new Response(process.stdin).text());
const times = [];
const statuses = {};
let bytes = 0;

const run = autocannon({ ...told, idReplacement: true, timeout: 60, setupClient: count });

function count(client) {
  client.on("response", (status, size, time) => {
    times.push(time);
    statuses[status] = (statuses[status] ?? 0) + 1;
    bytes += size;
  });
}

const { duration, errors } = await run;
times.sort((a, b) => a - b);
const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
console.log(
  JSON.stringify({ count: times.length, seconds: duration, p50: at(0.5), p95: at(0.95), p99: at(0.99), statuses, errors, bytes }),
);
