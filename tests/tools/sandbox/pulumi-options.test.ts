import { ArgumentsError } from "../../../tools/sandbox/options";
import { engineArguments } from "../../../tools/sandbox/pulumi-options";

it("takes the stack dev, the sandbox's usual place and a folder of its own where nothing is said", () => {
  expect(engineArguments(["up"], {})).toEqual({
    verb: "up",
    stack: "dev",
    endpoint: "http://127.0.0.1:4566",
    state: ".pulumi-sandbox",
    help: false,
    rest: [],
  });
});

it("takes every option, an option before a variable, and hands the rest on", () => {
  const options = ["--stack", "eu.prod", "--endpoint", "http://localhost:1/", "--state", "s"];
  const env = { IOT_QUARANTINE_SANDBOX_ENDPOINT: "http://127.0.0.1:2" };
  expect(engineArguments(["destroy", ...options, "--", "--diff", "--stack"], env)).toEqual({
    verb: "destroy",
    stack: "eu.prod",
    endpoint: "http://localhost:1",
    state: "s",
    help: false,
    rest: ["--diff", "--stack"],
  });
  expect(engineArguments(["preview"], env).endpoint).toBe("http://127.0.0.1:2");
  expect(engineArguments(["up", "--", "--help"], env).help).toBe(false);
});

it.each([
  [[], 'Give one command of up, preview, destroy; it is "".'],
  [["refresh"], 'Give one command of up, preview, destroy; it is "refresh".'],
  [["up", "destroy"], 'it is "up destroy".'],
  [["up", "--stak", "x"], "Unknown option '--stak'"],
  [["up", "--stack", "../x"], 'Set --stack to a stack\'s name; it is "../x".'],
  [["up", "--state", ""], "Set --state to a folder; it is empty."],
  [["up", "--endpoint", "https://iot.eu-west-1.amazonaws.com"], "set --endpoint or IOT_QUARANTINE_SANDBOX"],
  [["up", "--endpoint", "http://127.0.0.2:4566"], 'it is "http://127.0.0.2:4566"'],
])("refuses %j", (args, message) => {
  expect(() => engineArguments(args, {})).toThrow(ArgumentsError);
  expect(() => engineArguments(args, {})).toThrow(message);
});
