/** dynalite has no types of its own. */
declare module "dynalite" {
  import type { Server } from "node:http";

  /** Makes a server that is not listening yet; times are milliseconds that a table stays in a state. */
  function dynalite(options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }): Server;
  export = dynalite;
}
