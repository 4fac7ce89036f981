// The live line. It turns the server's hints into events on the document, and says truly whether the page is current.
// Hints are a courtesy: when the line or what stands behind it is away, pages are told to ask for themselves.
import { io } from "socket.io-client";

const ASK_EVERY = 10_000;
const ASK_ANYWAY = 60_000; // a server that dies between a change and its hint tells nobody
const TRY_AGAIN = 60_000;
const MISSED = 2.2; // pulses

let isOpen = false; // the line stands
let isBeating = true; // what stands behind it does too
let isOwed = false; // a question was not answered
let askedAt = 0;
let pulse = null;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const isHealthy = () => isOpen && isBeating;

export function connect() {
  const socket = io({
    transports: ["websocket"],
    auth: { token: document.querySelector("input[name=csrf_token]")?.value },
    reconnectionDelay: 1000,
    reconnectionDelayMax: 20_000,
    randomizationFactor: 0.5,
    timeout: 8000,
  });
  socket.on("hint", (hint) => tell("portal:hint", hint));
  socket.on("pulse", beat);
  socket.on("connect", () => {
    isOpen = isBeating = true;
    tell("portal:catch-up");
    show();
  });
  socket.on("disconnect", (reason) => {
    isOpen = false;
    clearTimeout(pulse);
    // The server hung up: a session that has ended is found out by asking.
    if (reason === "io server disconnect") {
      tell("portal:catch-up");
      setTimeout(() => socket.connect(), TRY_AGAIN * (0.5 + Math.random()));
    }
    show();
  });
  socket.on("connect_error", () => {
    isOpen = false;
    if (!socket.active) setTimeout(() => socket.connect(), TRY_AGAIN * (0.5 + Math.random()));
    show();
  });
  setInterval(() => {
    const isCurrent = isHealthy() && !isOwed && Date.now() - askedAt < ASK_ANYWAY;
    if (isCurrent || document.visibilityState !== "visible") return;
    isOwed = false;
    tell("portal:catch-up");
  }, ASK_EVERY);
  document.addEventListener("portal:catch-up", () => (askedAt = Date.now()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") tell("portal:catch-up");
  });
  addEventListener("pageshow", (event) => event.persisted && tell("portal:catch-up"));
  addEventListener("online", () => {
    tell("portal:catch-up");
    if (!socket.connected) socket.connect();
  });
  addEventListener("offline", show);
  document.addEventListener("portal:asked", ({ detail }) => {
    isOwed ||= !detail; // no hint will come for it again
    show(detail);
  });
  document.addEventListener("portal:leaving", () => socket.disconnect());
}

// `missed`: pulses went on, and yet hints may have been lost.
function beat({ every, missed }) {
  clearTimeout(pulse);
  if (!isBeating || missed) {
    isBeating = true;
    tell("portal:catch-up");
  }
  if (every) {
    pulse = setTimeout(() => {
      isBeating = false;
      tell("portal:catch-up");
      show();
    }, every * 1000 * MISSED);
  }
  show();
}

// "Up to date" only while that is true: hints arrive, or the last question was answered a moment ago.
let answered = true;
function show(reached) {
  if (typeof reached === "boolean") answered = reached;
  const status = document.querySelector("[data-live-status]");
  if (!status) return;
  const current = navigator.onLine && answered && (isHealthy() || reached === true);
  const words = current ? status.dataset.on : status.dataset.off;
  if (status.textContent !== words) status.textContent = words;
  status.classList.toggle("on", current);
  status.classList.toggle("off", !current);
}
