// What is held counts down beside its Undo; when it has gone out the page shows it as everybody sees it.
import { isWriting } from "./editor.js";

const counting = new WeakSet();

export function startHeld(root) {
  for (const held of root.querySelectorAll("[data-held-until]")) {
    if (!counting.has(held)) count(held);
  }
}

function count(held) {
  counting.add(held);
  const until = Date.parse(held.dataset.heldUntil);
  const digits = document.createElement("b");
  digits.setAttribute("aria-hidden", "true"); // a count read aloud every second helps nobody
  held.querySelector("span")?.append(" ", digits);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const tick = () => {
    if (!held.isConnected) return;
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left > 0) {
      digits.textContent = number.format(left);
      setTimeout(tick, 250);
      return;
    }
    digits.textContent = "";
    follow(held, 0);
  };
  tick();
}

function follow(held, tries) {
  if (!held.isConnected || tries > 8) return;
  if (held.closest("live-thread, live-region")) {
    document.dispatchEvent(new CustomEvent("portal:catch-up"));
    setTimeout(() => follow(held, tries + 1), 1000 + 500 * tries);
  } else if (!isWriting()) {
    setTimeout(() => location.reload(), 700);
  }
}
