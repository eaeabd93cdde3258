"use strict";
// Closes, as far as JavaScript can, what Node's permission model leaves open to a function: signals to other processes
// (SIGUSR1 opens the debugger of every Node), sockets that are files (Docker's, the session bus's), and V8's flags.
// Source: Node.js documentation, "Permissions", section "Limitations and Known Issues"; "Process", "Signal events".
const net = require("node:net");
const v8 = require("node:v8");

function refuse(what) {
  throw Object.assign(new Error(`The sandbox does not let a function ${what}.`), {
    code: "ERR_ACCESS_DENIED",
  });
}

/** Lets the process signal itself alone. */
function confineSignals() {
  const own = process.pid;
  // What `process.kill` calls.
  const { _kill } = process;
  process._kill = (pid, signal) => (pid === own ? _kill(pid, signal) : refuse("signal another process"));
  process._debugProcess = () => refuse("debug a process");
}

/** Whether the first argument of `connect` or `listen`, which may stand in an array, is a path. */
function isPath([first]) {
  if (Array.isArray(first)) return isPath(first);
  return typeof first === "string" ? !(Number(first) >= 0) : Boolean(first?.path);
}

/** Keeps sockets to the network. */
function confineSockets(prototype, method) {
  const original = prototype[method];
  prototype[method] = function confined(...args) {
    return isPath(args) ? refuse(`${method} to a socket in the file system`) : original.apply(this, args);
  };
}

/** Confines this process from now on; modules that import these later are given what stands here then. */
module.exports.confine = () => {
  confineSignals();
  confineSockets(net.Socket.prototype, "connect");
  confineSockets(net.Server.prototype, "listen");
  v8.setFlagsFromString = () => refuse("set flags of V8");
};
