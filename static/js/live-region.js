// <live-region data-about="events/x" data-src="/events/x/rsvps">: a piece of a page that follows what it is about.
import { ask, calmly, forget, morphInside } from "./fragments.js";
import { startHeld } from "./held.js";

class LiveRegion extends HTMLElement {
  connectedCallback() {
    const { signal } = (this.leaving = new AbortController());
    this.soon = calmly(() => this.follow());
    const heard = ({ detail }) => {
      if (detail.about === this.dataset.about || detail.subject === this.dataset.about) this.soon();
    };
    document.addEventListener("portal:hint", heard, { signal });
    document.addEventListener("portal:catch-up", () => this.soon(), { signal });
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  async follow() {
    if (!this.isConnected || !this.dataset.src) return;
    const { status, nodes } = await ask(this.dataset.src);
    document.dispatchEvent(new CustomEvent("portal:asked", { detail: status > 0 && status < 500 }));
    if (status === 404 || status === 403) return forget(this);
    if (status !== 200) return;
    const own = nodes.length === 1 && nodes[0].nodeName === "LIVE-REGION" ? [...nodes[0].childNodes] : nodes;
    morphInside(this, own);
    startHeld(this);
  }
}

customElements.define("live-region", LiveRegion);
