// Asking the server for a piece of a page, and putting it in the stead of what is there without disturbing the reader.
// The one Trusted Types policy of the portal is here: only what our own server rendered becomes HTML.
import { Idiomorph } from "idiomorph";

const asIs = { createHTML: (html) => html };
const policy = window.trustedTypes ? window.trustedTypes.createPolicy("fragments", asIs) : asIs;

const FRAGMENT = "text/vnd.portal-fragment";
const PATIENCE = 10_000; // ms for a whole answer: a line that died without a word would keep us waiting for ever

// {status, nodes: elements, header(name)}; status 0 when the line is dead, also when it died within the answer.
export async function ask(url) {
  let response, html;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const asked = { headers: { Accept: FRAGMENT }, credentials: "same-origin", redirect: "follow", signal };
    response = await fetch(url, asked);
    html = response.status === 200 ? await response.text() : "";
  } catch {
    return { status: 0, nodes: [], header: () => null };
  }
  if (response.status === 401) {
    leave();
  }
  return { status: response.status, nodes: parse(html), header: (name) => response.headers.get(name) };
}

// A template's content is inert: nothing in it runs or loads until it is placed.
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return [...template.content.children];
}

// The session has ended, or the page is no longer for this reader: show what anybody would see at this address.
let leaving = false;
export function leave() {
  if (leaving) return;
  leaving = true;
  document.dispatchEvent(new CustomEvent("portal:leaving"));
  location.reload();
}

// A region was refused. When its whole page is too, everything on it has to be forgotten; else only the region says so.
export async function forget(region) {
  const answer = await fetch(location.href, { method: "HEAD", credentials: "same-origin" }).catch(() => null);
  if (answer && (answer.status === 404 || answer.status === 401)) return leave();
  const words = region.dataset.gone ?? document.querySelector("[data-live-status]")?.dataset.gone ?? "";
  const said = document.createElement("p");
  said.className = "muted";
  said.textContent = words;
  region.replaceChildren(said);
}

const isDirty = (control) =>
  control.type === "checkbox" || control.type === "radio"
    ? control.checked !== control.defaultChecked
    : "defaultValue" in control && control.type !== "hidden" && control.value !== control.defaultValue;

// What the reader is doing stays: half-typed forms, opened details, focus, selection.
const CAREFUL = {
  ignoreActiveValue: true,
  restoreFocus: true,
  callbacks: {
    beforeNodeMorphed(old) {
      if (old.nodeName === "LIVE-THREAD") return false;
      if (old.nodeName === "FORM" && (old.contains(document.activeElement) || [...old.elements].some(isDirty))) return false;
      return true;
    },
    beforeAttributeUpdated(name, node) {
      return !(name === "open" && (node.nodeName === "DETAILS" || node.nodeName === "DIALOG"));
    },
  },
};

export function morph(old, fresh) {
  Idiomorph.morph(old, fresh, { ...CAREFUL, morphStyle: "outerHTML" });
}

export function morphInside(old, nodes) {
  const holder = document.createElement("div");
  holder.append(...nodes);
  Idiomorph.morph(old, holder, { ...CAREFUL, morphStyle: "innerHTML" });
}

// At most one question a second, the first at once; what arrives meanwhile is asked for afterwards.
export function calmly(question) {
  let running = false;
  let wanted = false;
  return async function soon() {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      try {
        await question();
      } catch (trouble) {
        reportError(trouble); // whatever broke, the next hint is followed
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    running = false;
  };
}
