// The entry. Every page is finished without scripts; these make it follow, keep and shorten what it already does.
// What only some pages need travels when they need it.
import "./keys.js";
import { startEditors } from "./editor.js";
import { startChoosers } from "./chooser.js";
import { startHeld } from "./held.js";

startEditors(document);
startChoosers(document);
startHeld(document);

if (document.querySelector("live-thread, live-region")) import("./live.js");
