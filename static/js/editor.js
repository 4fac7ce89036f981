// Editors: marks around the selection, and a draft kept on the server while one writes. Nothing stays in the browser.
const QUIET = 2000; // ms without typing before a draft is sent
const LONGEST = 8000; // ms of typing after which it is sent anyway

const MARKS = {
  bold: (text) => ["**", text, "**"],
  italic: (text) => ["*", text, "*"],
  quote: (text) => ["", text.replace(/^/gm, "> "), ""],
  list: (text) => ["", text.replace(/^/gm, "- "), ""],
  link: (text) => ["[", text, "](https://)"],
};

const unsaved = new Set(); // forms with words that the server has not

export const isWriting = () => unsaved.size > 0;

export function startEditors(root) {
  for (const editor of root.querySelectorAll("[data-editor]")) startTools(editor);
  for (const form of new Set([...root.querySelectorAll("[data-draft-url]")].map((editor) => editor.closest("form")))) {
    if (form) keep(form);
  }
}

function startTools(editor) {
  const tools = editor.querySelector("[data-tools]");
  const area = editor.querySelector("textarea");
  if (!tools || !area) return;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const name = event.target.closest("[data-mark]")?.dataset.mark;
    if (name) mark(area, MARKS[name]);
  });
}

function mark(area, how) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const [before, text, after] = how(value.slice(start, end));
  area.focus();
  // The old command is the one that lets the browser's own undo take it back.
  if (!document.execCommand("insertText", false, before + text + after)) {
    area.setRangeText(before + text + after, start, end);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(start + before.length, start + before.length + text.length);
}

function keep(form) {
  const { draftUrl } = form.querySelector("[data-draft-url]").dataset;
  const said = form.querySelector("[data-saved]");
  let quiet = null;
  let since = 0;
  let sending = false;

  async function save(keepalive = false) {
    clearTimeout(quiet);
    if (sending || !unsaved.has(form)) return;
    sending = true;
    since = 0;
    unsaved.delete(form);
    try {
      const answer = await fetch(draftUrl, {
        method: "POST",
        body: wordsOf(form),
        headers: { Accept: "application/json", "Idempotency-Key": crypto.randomUUID() },
        credentials: "same-origin",
        keepalive,
      });
      if (!answer.ok) throw new Error(answer.status);
      const { text } = await answer.json();
      if (said && !unsaved.has(form)) said.textContent = text;
    } catch {
      unsaved.add(form);
      quiet = setTimeout(save, LONGEST);
    }
    sending = false;
  }

  form.addEventListener("input", () => {
    unsaved.add(form);
    since ||= Date.now();
    clearTimeout(quiet);
    quiet = setTimeout(save, Math.max(0, Math.min(QUIET, since + LONGEST - Date.now())));
  });
  form.addEventListener("submit", () => {
    clearTimeout(quiet);
    unsaved.delete(form);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
  document.addEventListener("portal:leaving", () => unsaved.delete(form));
}

// The form as it stands; only its place when everything one can write in is empty: then the draft is dropped.
function wordsOf(form) {
  const data = new URLSearchParams();
  const written = [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value.trim());
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string") continue;
    if (written || name === "place" || name === "csrf_token") data.append(name, value);
  }
  return data;
}

addEventListener("beforeunload", (event) => {
  if (isWriting()) event.preventDefault();
});
