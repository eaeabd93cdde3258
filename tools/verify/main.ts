import { runMain } from "../../lib/command/main";
import { ask } from "../ask";
import { verifyCommand } from "./run";

void runMain(verifyCommand(process.stdin.isTTY ? { ask } : {}));
