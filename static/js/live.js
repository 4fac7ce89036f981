// What pages that follow something need; it travels to them only.
import { connect } from "./connect.js";
import "./live-region.js";
import "./live-thread.js";

connect();
