// The one-sentence chooser: what is picked is told in people before anything is posted, on the sentence and the button.
const SOON = 250;
const LONG_LIST = 8;
const TLP = { GREEN: "green", RED: "red", CLEAR: "clear" };

export function startChoosers(root) {
  for (const chooser of root.querySelectorAll("[data-chooser]")) {
    const form = chooser.closest("form");
    if (form) start(chooser, form);
  }
}

function start(chooser, form) {
  let waiting = null;
  let asked = 0;
  chooser.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++asked;
      const told = await figures(chooser, form);
      if (turn === asked) show(chooser, form, told);
    }, SOON);
  });
  for (const list of chooser.querySelectorAll("select[multiple], fieldset:has(input[type=checkbox])")) addFilter(chooser, list);
}

async function figures(chooser, form) {
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const headers = { Accept: "application/json", "Idempotency-Key": crypto.randomUUID() };
  const url = chooser.dataset.figuresUrl || "/audience/figures";
  const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function show(chooser, form, told) {
  const reach = chooser.querySelector("[data-reach]");
  if (reach) reach.textContent = told ? [told.sentence, told.warning].filter(Boolean).join(" ") : "";
  if (!told) return;
  const button = form.querySelector("button.go[name=intent][value=post], button.go[data-reach-button]");
  if (button) button.textContent = told.button;
  const sentence = chooser.querySelector("[data-audience-sentence]");
  const badge = sentence?.querySelector(".tlp");
  if (!badge) return;
  sentence.firstChild.textContent = `${told.visible} · `;
  const marking = new FormData(form).get("marking");
  if (!marking) return;
  badge.textContent = `TLP:${marking}`;
  badge.className = `tlp ${TLP[marking] ?? ""}`.trim();
}

// A long list gets a box that narrows it; what is picked never disappears from it.
function addFilter(chooser, list) {
  const entries = list.matches("select") ? [...list.options] : [...list.querySelectorAll("label.opt")];
  if (entries.length <= LONG_LIST || !chooser.dataset.filter) return;
  const box = document.createElement("input");
  box.type = "search";
  box.setAttribute("aria-label", chooser.dataset.filter);
  box.placeholder = chooser.dataset.filter;
  box.dir = "auto";
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  box.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(box.value.trim());
    for (const entry of entries) {
      const picked = entry.selected || entry.querySelector?.("input")?.checked;
      entry.hidden = !picked && !plain(entry.textContent).includes(wanted);
    }
  });
  box.addEventListener("change", (event) => event.stopPropagation());
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  if (list.matches("select")) list.before(box);
  else (list.querySelector(".opts") ?? list.lastElementChild).before(box);
}
