// One reader: a page with conversations on it, the portal's own script in it, and notes of what the script did.
import { setMaxListeners } from "node:events";
import http from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { io } from "socket.io-client";
import { Document, HTMLElement, parse } from "./_listener_page.mjs";
import { Road } from "./_listener_road.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const now = () => Number(process.hrtime.bigint()) / 1e9;

// The script as text. Its two packages come from what each reader is given: the socket client, told the headers that a
// browser adds by itself, and in the stead of Idiomorph, which needs a whole DOM, what it amounts to here.
export async function bundle() {
  const given = {
    name: "given",
    setup(made) {
      made.onResolve({ filter: /^(socket\.io-client|idiomorph)$/ }, ({ path }) => ({ path, namespace: "given" }));
      made.onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => {
        const name = path === "idiomorph" ? "Idiomorph" : "io";
        return { contents: `const ${name} = __${name}; export { ${name} };` };
      });
    },
  };
  const entryPoints = [join(ROOT, "static/js/live.js")];
  const made = await build({ entryPoints, bundle: true, write: false, format: "iife", plugins: [given], logLevel: "error" });
  return made.outputFiles[0].text;
}

export class Reader {
  constructor({ number, url, cookie, pages, script, onLine }) {
    Object.assign(this, { number, url, cookie, pages, script });
    this.threads = new Map(); // name -> <live-thread>
    this.applied = []; // [thread, post, version, words, at]
    this.cursors = []; // [thread, cursor, at]
    this.hints = []; // [thread, seq, at]
    this.shown = []; // [whether the page says that it is up to date, at]
    this.asked = { total: 0, failed: 0 };
    this.lines = 0;
    this.left = 0;
    this.road = new Road(new URL(url).port, (port) => {
      this.lines += 1;
      onLine(port);
    });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 6 }); // as many as a browser opens to one place
  }

  get isLive() {
    return this.socket?.connected && this.road.hasLine;
  }

  async open() {
    this.port = await this.road.open();
    const document = (this.document = new Document());
    setMaxListeners(0, document);
    for (const page of this.pages) await this.load(page);
    this.run();
  }

  // Of a page: its conversations, and once its token and the words that say whether it is current.
  async load(page) {
    const answer = await this.fetch(page, {});
    if (answer.status !== 200) throw new Error(`${page}: ${answer.status}`);
    const whole = new HTMLElement("HTML");
    whole.append(...parse(await answer.text()));
    for (const selector of ["input[name=csrf_token]", "[data-live-status]"]) {
      if (!this.document.querySelector(selector)) this.document.body.append(whole.querySelector(selector));
    }
    this.document.body.append(...whole.querySelectorAll("live-thread"));
  }

  run() {
    const { document } = this;
    const kinds = {};
    const nobody = () => {};
    const given = {
      document,
      window: {},
      navigator: { onLine: true },
      location: { href: this.pages[0], reload: () => (this.left += 1) },
      fetch: (address, options) => this.fetch(address, options),
      addEventListener: nobody, // no page here goes offline by itself, sleeps or is put away
      HTMLElement,
      customElements: { define: (name, kind) => (kinds[name.toUpperCase()] = kind) },
      IntersectionObserver: class {
        observe() {}
        unobserve() {}
        disconnect() {}
      },
      __io: (options) => (this.socket = this.connect(options)),
      __Idiomorph: { morph: (old, fresh) => old.replaceWith(fresh) },
    };
    new Function(...Object.keys(given), this.script)(...Object.values(given));
    const status = document.querySelector("[data-live-status]");
    status.classList.toggle = (name, wanted) => name === "on" && this.shown.push([wanted, now()]);
    for (const node of document.querySelectorAll("live-thread")) this.follow(node, kinds["LIVE-THREAD"]);
  }

  connect(options) {
    const headers = { Cookie: this.cookie, Origin: this.url };
    const socket = io(`http://127.0.0.1:${this.port}`, { ...options, extraHeaders: headers, forceNew: true });
    socket.on("hint", ({ about, seq }) => this.hints.push([about, seq, now()]));
    return socket;
  }

  // The element becomes what the script defines; beside its own work we note what it applies, and how far it came.
  follow(node, kind) {
    const reader = this;
    const name = node.dataset.about;
    const own = class extends kind {
      place(post) {
        const said = post.querySelector("article")?.said ?? "";
        // What had come before what it answers is put in its place then: it was applied when it came.
        if (!reader.isPlacing) reader.applied.push([name, post.dataset.post, post.dataset.version, said, now()]);
        const outer = reader.isPlacing;
        reader.isPlacing = true;
        try {
          return super.place(post);
        } finally {
          reader.isPlacing = outer;
        }
      }
    };
    Object.setPrototypeOf(node, own.prototype);
    let cursor = node.dataset.cursor;
    this.cursors.push([name, Number(cursor), now()]);
    Object.defineProperty(node.dataset, "cursor", {
      get: () => cursor,
      set: (value) => {
        if (value !== cursor) this.cursors.push([name, Number(value), now()]);
        cursor = value;
      },
    });
    this.threads.set(name, node);
    node.connectedCallback();
  }

  // As the browser's, for what the script uses of it: an answer that is cut off in its middle is an error of text().
  fetch(address, { headers = {}, method = "GET", signal } = {}) {
    this.asked.total += 1;
    return new Promise((resolve, reject) => {
      const fail = (trouble) => {
        this.asked.failed += 1;
        reject(trouble);
      };
      const asked = http.request(
        { host: "127.0.0.1", port: this.port, path: address, method, agent: this.agent, signal,
          headers: { ...headers, Cookie: this.cookie, Host: new URL(this.url).host } },
        (answer) => {
          for (const set of answer.headers["set-cookie"] ?? []) this.cookie = set.split(";")[0]; // there is one only
          const whole = new Promise((done, broken) => {
            const pieces = [];
            answer.on("data", (piece) => pieces.push(piece));
            answer.on("end", () => done(Buffer.concat(pieces).toString()));
            answer.on("error", broken);
          });
          whole.catch(() => (this.asked.failed += 1));
          const named = { get: (name) => answer.headers[name.toLowerCase()] ?? null };
          resolve({ status: answer.statusCode, ok: answer.statusCode < 300, headers: named, text: () => whole });
        },
      );
      asked.on("error", fail);
      asked.end();
    });
  }

  behind(wanted) {
    return Object.entries(wanted).filter(([name, seq]) => Number(this.threads.get(name).dataset.cursor) < seq).length;
  }

  report() {
    const pictures = {};
    for (const [name, node] of this.threads) pictures[name] = picture(node);
    const { applied, cursors, hints, shown, asked, lines, left } = this;
    return { pictures, applied, cursors, hints, shown, asked, lines, left };
  }
}

// What stands on the page, from top to bottom: [post, the one it stands under, state and version, words].
function picture(node, under = null, found = []) {
  for (const list of node.querySelectorAll(":scope > ol.thread")) {
    for (const post of list.children) {
      const article = post.querySelectorAll("article").find((one) => one.closest("li") === post);
      found.push([post.dataset.post, under, post.dataset.version, article?.said ?? ""]);
      picture(post, post.dataset.post, found);
    }
  }
  return found;
}
