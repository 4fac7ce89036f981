// The road between one reader and the server: a relay of TCP connections that can be cut in the ways networks have.
import net from "node:net";

// kinds of cuts
// line    the live line alone ends, without a farewell
// all     every connection of the reader ends, also in the middle of an answer
// away    so, and for `seconds` no new one is let through
// mute    the live line alone stays open and silent for `seconds`, in both directions, then ends
// silent  so does every connection there is; new ones go through
export class Road {
  constructor(port, onLine) {
    this.port = port; // of the server
    this.onLine = onLine; // called with our own port of a live line that goes through
    this.pairs = new Set();
    this.closedUntil = 0;
    this.server = net.createServer({ allowHalfOpen: false }, (near) => this.join(near));
  }

  open() {
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(this.server.address().port)));
  }

  join(near) {
    near.on("error", () => {});
    if (Date.now() < this.closedUntil) return void near.resetAndDestroy();
    const far = net.connect({ port: this.port, host: "127.0.0.1", noDelay: true });
    const pair = { near, far, isLine: false, isSilent: false };
    near.setNoDelay(true);
    this.pairs.add(pair);
    const pass = (from, to) => {
      from.on("data", (data) => {
        if (pair.isSilent) return;
        if (from === near && !pair.isLine && data.subarray(0, 40).includes("/socket.io/")) {
          pair.isLine = true;
          this.onLine(far.localPort);
        }
        if (!to.write(data)) from.pause();
      });
      to.on("drain", () => pair.isSilent || from.resume());
      from.on("error", () => {});
      from.on("close", () => {
        if (pair.isSilent) return; // the other end cannot know
        this.pairs.delete(pair);
        to.end();
        setTimeout(() => to.destroy(), 1000).unref();
      });
    };
    pass(near, far);
    pass(far, near);
  }

  get hasLine() {
    return [...this.pairs].some((pair) => pair.isLine && !pair.isSilent);
  }

  cut(kind, seconds) {
    const open = [...this.pairs].filter((pair) => !pair.isSilent);
    const meant = kind === "line" || kind === "mute" ? open.filter((pair) => pair.isLine) : open;
    if (kind === "away") this.closedUntil = Date.now() + seconds * 1000;
    if (kind === "mute" || kind === "silent") {
      for (const pair of meant) this.silence(pair, seconds);
    } else {
      for (const pair of meant) this.end(pair);
    }
    return meant.length;
  }

  silence(pair, seconds) {
    pair.isSilent = true;
    pair.near.pause();
    pair.far.pause();
    setTimeout(() => this.end(pair), seconds * 1000);
  }

  end({ near, far }) {
    // One end hears it as a reset, as when a router forgets, the other as an end in the middle of something.
    near.resetAndDestroy();
    far.destroy();
  }
}
