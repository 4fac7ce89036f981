// Open pages, as the portal's script holds them: a live line each, and a question over HTTP for what is new at every
// hint. Told line by line on standard input, one JSON object each; one line of JSON answers.
//   {open: [{auth, headers}], url}         opens so many lines; {opened}
//   {post, about, fetch, cursor, every}    posts, and waits for the last page: {posted, hinted, paged} in ms since the POST, {refused}
import { randomUUID } from "node:crypto";
import http from "node:http";
import readline from "node:readline";
import { io } from "socket.io-client";

const AT_ONCE = 25;
const PATIENCE = 30_000;
const pages = [];
let url;
let heard = () => {};

function request(path, { method = "GET", headers = {}, body } = {}) {
  // A browser's connection has been closed by the server long before: each question opens one.
  const { promise, resolve, reject } = Promise.withResolvers();
  const sent = http.request(new URL(path, url), { method, headers, agent: false }, async (answer) => {
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks).length });
  });
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

async function open({ auth, headers }) {
  const page = { headers, cursor: null };
  page.socket = io(url, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth,
    extraHeaders: { ...headers, Origin: url },
  });
  page.socket.on("hint", (hint) => heard(page, hint));
  await new Promise((resolve, reject) => {
    page.socket.once("connect", resolve);
    page.socket.once("connect_error", reject);
  });
  pages.push(page);
}

async function openAll(wanted) {
  while (wanted.length) await Promise.all(wanted.splice(0, AT_ONCE).map(open));
  return { opened: pages.length };
}

async function round({ post, about, fetch, cursor, every }) {
  for (const page of pages) page.cursor ??= cursor;
  const { promise, resolve, reject } = Promise.withResolvers();
  const given = { hinted: [], paged: [], refused: 0 };
  const timer = setTimeout(() => reject(new Error(`${given.hinted.length} hints, ${given.paged.length} pages`)), PATIENCE);
  const told = new Set();
  const began = performance.now();
  const since = () => performance.now() - began;
  heard = async (page, hint) => {
    if (hint.about !== about || told.has(page)) return;
    told.add(page);
    given.hinted.push(since());
    if (fetch) {
      const headers = { ...page.headers, Accept: "text/vnd.portal-fragment", "Accept-Encoding": "br, gzip" };
      let answer = await request(`${fetch}?after=${page.cursor}`, { headers });
      while (answer.status === 503) {
        given.refused += 1; // too many at once: such a page asks again, a second later
        await new Promise((wait) => setTimeout(wait, 1000));
        answer = await request(`${fetch}?after=${page.cursor}`, { headers });
      }
      if (answer.status !== 200) return reject(new Error(`a page was answered ${answer.status}`));
      page.cursor = answer.headers["x-cursor"];
      given.paged.push(since());
    }
    if ((fetch ? given.paged : given.hinted).length === pages.length) resolve();
  };
  const answer = await request(post.path, { ...post, method: "POST", body: post.body.replaceAll("[<id>]", randomUUID()) });
  const posted = since();
  if (answer.status !== post.status) throw new Error(`the POST was answered ${answer.status}`);
  await promise;
  clearTimeout(timer);
  await new Promise((wait) => setTimeout(wait, every)); // pages ask at most once a second
  return { posted, hinted: Math.max(...given.hinted), paged: fetch ? Math.max(...given.paged) : null, refused: given.refused };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  url = told.url ?? url;
  console.log(JSON.stringify(told.open ? await openAll(told.open) : await round(told)));
}
process.exit(0);
