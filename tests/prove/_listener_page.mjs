// As much of a browser's page as the scripts that follow a conversation stand on: elements, a document, parsing.
// What they do with it is theirs: nothing here knows of cursors, hints or posts.

const VOID = new Set(["AREA", "BR", "COL", "HR", "IMG", "INPUT", "LINK", "META", "SOURCE", "WBR"]);
const SHUT = new Set(["ARTICLE", "SCRIPT", "STYLE", "TEXTAREA", "SVG"]); // nobody looks inside as elements
const TAG = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w-]*)((?:\s+[^\s=>/"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*(\/?)>/g;
const ATTRIBUTE = /([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g;
const ENTITIES = { quot: '"', amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };

const decoded = (text) => text.replace(/&(quot|amp|lt|gt|#34|#39);/g, (_, name) => ENTITIES[name]);
const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
// A piece of a long string keeps the whole of it in memory.
const ownCopy = (text) => Buffer.from(text).toString();

const SELECTOR = /^([\w-]*)((?:\.[\w-]+)*)(?:\[([\w-]+)(?:=([^\]]+))?\])?$/;
const selectors = new Map(); // read once each: pages ask the same of thousands of elements

function understood(selector) {
  if (!selectors.has(selector)) {
    const [, tag, classes, attribute, value] = SELECTOR.exec(selector);
    const isData = attribute?.startsWith("data-");
    selectors.set(selector, {
      tag: tag.toUpperCase(),
      classes: classes.split(".").filter(Boolean),
      data: isData ? camel(attribute.slice("data-".length)) : null,
      attribute: isData ? null : attribute,
      value: value?.replaceAll('"', ""),
    });
  }
  return selectors.get(selector);
}

function fits(node, { tag, classes, data, attribute, value }) {
  if (tag && node.nodeName !== tag) return false;
  for (const name of classes) if (!node.classes.has(name)) return false;
  if (!data && !attribute) return true;
  const own = data ? node.dataset[data] : node[attribute];
  return value === undefined ? own !== undefined : own === value;
}

export class HTMLElement {
  constructor(nodeName, owner = null) {
    this.nodeName = nodeName;
    this.owner = owner; // the document, for its root only
    this.id = "";
    this.name = "";
    this.value = "";
    this.textContent = "";
    this.said = ""; // the words of an article, as HTML
    this.dataset = {};
    this.classes = new Set();
    this.children = [];
    this.parentElement = null;
    this.classList = {
      add: (name) => this.classes.add(name),
      remove: (name) => this.classes.delete(name),
      toggle: (name, wanted) => (wanted ? this.classes.add(name) : this.classes.delete(name)),
    };
  }
  set className(names) {
    this.classes = new Set(names.split(/\s+/).filter(Boolean));
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }
  get previousElementSibling() {
    const beside = this.parentElement?.children ?? [];
    return beside[beside.indexOf(this) - 1] ?? null;
  }
  get document() {
    let top = this;
    while (top.parentElement) top = top.parentElement;
    return top.owner;
  }
  get isConnected() {
    return this.document !== null;
  }
  setAttribute() {}
  append(...nodes) {
    for (const node of nodes) this.put(node, this.children.length);
  }
  before(...nodes) {
    for (const node of nodes) this.parentElement.put(node, this.parentElement.children.indexOf(this));
  }
  insertBefore(node, next) {
    node.remove();
    this.put(node, next ? this.children.indexOf(next) : this.children.length);
  }
  put(node, index) {
    if (!(node instanceof HTMLElement)) return;
    node.remove();
    this.children.splice(index, 0, node);
    node.parentElement = this;
    this.document?.learn(node);
  }
  remove() {
    if (!this.parentElement) return;
    this.document?.unlearn(this);
    this.parentElement.children.splice(this.parentElement.children.indexOf(this), 1);
    this.parentElement = null;
  }
  replaceWith(node) {
    this.before(node);
    this.remove();
  }
  replaceChildren(...nodes) {
    while (this.children.length) this.children[0].remove();
    this.append(...nodes);
  }
  matches(selector) {
    return fits(this, understood(selector));
  }
  // Those below that fit, at most `most` of them.
  gather(asked, most, found) {
    for (const child of this.children) {
      if (found.length >= most) return found;
      if (fits(child, asked)) found.push(child);
      child.gather(asked, most, found);
    }
    return found;
  }
  querySelectorAll(selectors, most = Infinity) {
    const found = [];
    for (const selector of selectors.split(",").map((one) => one.trim())) {
      if (!selector.startsWith(":scope > ")) this.gather(understood(selector), found.length + most, found);
      else found.push(...this.children.filter((child) => child.matches(selector.slice(":scope > ".length))));
    }
    return found;
  }
  querySelector(selectors) {
    return this.querySelectorAll(selectors, 1)[0] ?? null;
  }
  closest(selector) {
    let node = this;
    while (node && !node.matches(selector)) node = node.parentElement;
    return node;
  }
}

export class Document extends EventTarget {
  constructor() {
    super();
    this.visibilityState = "visible";
    this.activeElement = null;
    this.documentElement = { lang: "en" };
    this.ids = new Map();
    this.body = new HTMLElement("BODY", this);
  }
  learn(node) {
    if (node.id) this.ids.set(node.id, node);
    for (const child of node.children) this.learn(child);
  }
  unlearn(node) {
    if (this.ids.get(node.id) === node) this.ids.delete(node.id);
    for (const child of node.children) this.unlearn(child);
  }
  getElementById(id) {
    return this.ids.get(id) ?? null;
  }
  querySelector(selectors) {
    return this.body.querySelector(selectors);
  }
  querySelectorAll(selectors) {
    return this.body.querySelectorAll(selectors);
  }
  createElement(name) {
    const element = new HTMLElement(name.toUpperCase());
    if (element.nodeName === "TEMPLATE") {
      Object.defineProperty(element, "innerHTML", { set: (html) => (element.content = { children: parse(html) }) });
    }
    return element;
  }
}

// Well-formed HTML, such as our templates make -> the elements at its top.
export function parse(html) {
  const top = new HTMLElement("#TOP");
  let here = top;
  TAG.lastIndex = 0;
  for (let tag = TAG.exec(html); tag; tag = TAG.exec(html)) {
    const [whole, closing, name, attributes, closed] = tag;
    if (!name) continue;
    const nodeName = name.toUpperCase();
    if (closing) {
      let node = here;
      while (node !== top && node.nodeName !== nodeName) node = node.parentElement;
      if (node !== top) here = node.parentElement;
      continue;
    }
    const element = new HTMLElement(nodeName);
    read(element, attributes);
    here.append(element);
    if (VOID.has(nodeName) || closed) continue;
    if (SHUT.has(nodeName)) {
      const from = tag.index + whole.length;
      const to = html.indexOf(`</${name}>`, from);
      if (to < 0) break;
      if (nodeName === "ARTICLE") element.said = words(html.slice(from, to));
      TAG.lastIndex = to + name.length + 3;
    } else {
      here = element;
    }
  }
  const found = [...top.children];
  for (const element of found) element.parentElement = null;
  return found;
}

function read(element, attributes) {
  for (const [, name, ...values] of attributes.matchAll(ATTRIBUTE)) {
    const value = ownCopy(decoded(values.find((one) => one !== undefined) ?? ""));
    if (name.startsWith("data-")) element.dataset[camel(name.slice(5))] = value;
    else if (name === "class") element.className = value;
    else if (["id", "name", "value", "href"].includes(name)) element[name] = value;
  }
}

const words = (article) => ownCopy(/<div class="prose"[^>]*>([\s\S]*?)<\/div>/.exec(article)?.[1].trim() ?? "");
