import { runMain } from "../../lib/command/main";
import { ask } from "../ask";
import { quarantineCommand } from "./command";

void runMain(quarantineCommand(process.stdin.isTTY ? ask : undefined));
