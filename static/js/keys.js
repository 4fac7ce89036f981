// The keyboard: / search, ? these keys, g and a letter to go, n and p between what is new, c to write, Esc back.
import { ask } from "./fragments.js";

const PLACES = { t: "/", l: "/laws", b: "/briefs", d: "/discussions", r: "/responses", e: "/events", p: "/people" };
const NEXT_LETTER = 1500; // ms

let going = 0; // until when a letter names a place

const isField = (element) => element?.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return back(event);
  if (isField(event.target) || document.querySelector("dialog[open]")) return;
  const act = event.timeStamp < going ? go(event.key) : KEYS[event.key];
  going = 0;
  if (!act) return;
  event.preventDefault();
  act(event);
});

const KEYS = {
  "/": () => document.querySelector("input[type=search][name=q]")?.focus(),
  "?": showKeys,
  g: (event) => (going = event.timeStamp + NEXT_LETTER),
  n: () => step(1),
  p: () => step(-1),
  c: compose,
};

function go(letter) {
  const path = PLACES[letter];
  return path && document.querySelector(`a[href="${path}"]`) && (() => location.assign(path));
}

function step(by) {
  const unread = [...document.querySelectorAll("[data-unread], .row:not(.seen):has(.newmark)")];
  if (!unread.length) return document.querySelector("[data-next-unread]")?.click();
  const here = unread.findIndex((one) => one.contains(document.activeElement));
  const one = unread[here < 0 ? (by > 0 ? 0 : unread.length - 1) : (here + by + unread.length) % unread.length];
  one.tabIndex = -1;
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "center" });
}

function compose() {
  const area = document.querySelector("form[data-reply] textarea");
  if (area) return area.focus();
  document.querySelector("[data-compose], main a[href$='/new']")?.click();
}

function back(event) {
  if (document.querySelector("dialog[open]")) return; // it closes itself
  const open = document.activeElement?.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary")?.focus();
  } else if (isField(event.target)) {
    event.target.blur();
  } else {
    [...document.querySelectorAll(".crumbs a")].at(-1)?.click();
  }
}

async function showKeys() {
  const { nodes } = await ask("/keys");
  const dialog = nodes.find((node) => node.nodeName === "DIALOG");
  if (!dialog) return location.assign("/keys");
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  dialog.showModal();
}
