// <live-thread data-about data-src data-cursor>: keeps a conversation current while somebody reads and writes in it.
// It asks for everything after its cursor, new and changed, so that whatever was missed arrives once and in order.
import { ask, calmly, forget, morph } from "./fragments.js";
import { startHeld } from "./held.js";

const LEVELS = 3;

class LiveThread extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.leaving = new AbortController());
    this.fresh = new Set(); // ids of new posts that the reader has not come to yet
    this.early = new Map(); // id of a post that has not come yet -> answers to it that have
    this.texts = JSON.parse(this.dataset.new || "[]");
    this.soon = calmly(() => this.catchUp());
    this.watcher = new IntersectionObserver((seen) => this.reached(seen));
    const heard = ({ detail }) => detail.about === this.dataset.about && this.soon();
    document.addEventListener("portal:hint", heard, { signal });
    document.addEventListener("portal:catch-up", () => this.soon(), { signal });
  }

  disconnectedCallback() {
    this.leaving.abort();
    this.watcher.disconnect();
  }

  async catchUp() {
    for (let more = true; more && this.isConnected; ) {
      const after = this.dataset.cursor;
      const joint = this.dataset.src.includes("?") ? "&" : "?";
      const { status, nodes, header } = await ask(`${this.dataset.src}${joint}after=${after}`);
      document.dispatchEvent(new CustomEvent("portal:asked", { detail: status > 0 && status < 500 && status !== 429 }));
      if (status === 404) return forget(this);
      if (status !== 200 && status !== 204) return;
      nodes.forEach((post) => this.place(post));
      this.dataset.cursor = header("X-Cursor") ?? after;
      more = header("X-More") !== null;
      this.announce();
    }
  }

  place(post) {
    const there = document.getElementById(post.id);
    if (there) return this.change(there, post);
    const parent = post.dataset.parent ? document.getElementById(post.dataset.parent) : this;
    if (!parent && "isLast" in this.dataset) this.keepFor(post);
    const level = this.levelOf(parent);
    if (!parent || level >= LEVELS || (parent === this && !("isLast" in this.dataset))) {
      this.fresh.add(post.id); // it stands on another page of the conversation
      return;
    }
    this.putInOrder(this.listIn(parent), post);
    this.querySelector(":scope > .empty")?.remove();
    post.dataset.unread = "";
    post.querySelector(".post")?.classList.add("unread");
    this.fresh.add(post.id);
    this.watcher.observe(post);
    startHeld(post);
    for (const answer of this.early.get(post.id)?.values() ?? []) this.place(answer);
    this.early.delete(post.id);
  }

  // A post that was changed comes when it was changed last, which may be after its answers.
  keepFor(post) {
    const waiting = this.early.get(post.dataset.parent) ?? new Map();
    this.early.set(post.dataset.parent, waiting.set(post.id, post));
  }

  // And after those that were said later: what counts is when it was said. What is held has not been yet.
  putInOrder(list, post) {
    const said = (one) => Number(one.dataset.seq) || Infinity;
    let next = null;
    for (let one = list.lastElementChild; one && said(one) > said(post); one = one.previousElementSibling) next = one;
    list.insertBefore(post, next);
  }

  change(there, post) {
    const changed = there.dataset.version !== post.dataset.version;
    const wasHeld = there.dataset.version.startsWith("held");
    const [old, fresh] = [there.firstElementChild, post.firstElementChild];
    if (old && fresh) morph(old, fresh);
    there.dataset.version = post.dataset.version;
    if (there.dataset.seq !== post.dataset.seq) {
      there.dataset.seq = post.dataset.seq;
      const list = there.parentElement;
      there.remove();
      this.putInOrder(list, there);
    }
    startHeld(there);
    if (!changed || wasHeld) return;
    const article = there.querySelector(".post");
    article?.classList.add("changed");
    setTimeout(() => article?.classList.remove("changed"), 8000);
  }

  levelOf(parent) {
    let level = 0;
    for (let list = parent?.closest("ol.thread"); list; list = list.parentElement.closest("ol.thread")) level += 1;
    return level;
  }

  listIn(parent) {
    let list = parent.querySelector(":scope > ol.thread");
    if (!list) {
      list = document.createElement("ol");
      list.className = "thread";
      parent.append(list);
    }
    return list;
  }

  // What came into view is no longer elsewhere; it stays marked until the page is left.
  reached(seen) {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting && this.fresh.delete(target.id)) this.watcher.unobserve(target);
    }
    this.announce();
  }

  // "3 new replies": said politely, and a way to the first of them.
  announce() {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      const pill = this.querySelector("[data-new-replies]");
      if (!pill) return;
      const [first] = this.fresh;
      if (!first) return pill.replaceChildren();
      const words = this.texts[Math.min(this.fresh.size, this.texts.length) - 1];
      const link = pill.querySelector("a") ?? document.createElement("a");
      link.className = "btn go sm pill";
      link.href = document.getElementById(first) ? `#${first}` : `/posts/${first.slice("post-".length)}`;
      if (link.textContent !== words) link.textContent = words;
      if (!link.isConnected) pill.replaceChildren(link);
    }, 60);
  }
}

customElements.define("live-thread", LiveThread);
