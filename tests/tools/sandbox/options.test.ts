import { ArgumentsError, sandboxArguments } from "../../../tools/sandbox/options";

it("serves on the ports of the README without arguments", () => {
  expect(sandboxArguments([])).toEqual({
    port: 4566,
    mqttPort: 1883,
    stack: "dev",
    speed: 1,
    deploy: true,
    help: false,
  });
});

it("takes every option", () => {
  const args = [
    "--port",
    "0",
    "--mqtt-port",
    "65535",
    "--stack",
    "prod.eu",
    "--speed",
    "2.5",
    "--no-deploy",
    "--help",
  ];
  expect(sandboxArguments(args)).toEqual({
    port: 0,
    mqttPort: 65535,
    stack: "prod.eu",
    speed: 2.5,
    deploy: false,
    help: true,
  });
});

it.each([
  [["--port", "65536"], 'Set --port to a whole number from 0 to 65535; it is "65536".'],
  [["--port", "1.5"], 'Set --port to a whole number from 0 to 65535; it is "1.5".'],
  [["--mqtt-port", ""], 'Set --mqtt-port to a whole number from 0 to 65535; it is "".'],
  [["--speed", "fast"], 'Set --speed to a number from 0 to 10000; it is "fast".'],
  [["--stack", "../x"], 'Set --stack to a stack\'s name; it is "../x".'],
  [["--prot", "1"], "Unknown option '--prot'"],
  [["stray"], "Unexpected argument 'stray'"],
])("refuses %j and says what to set", (args, message) => {
  expect(() => sandboxArguments(args)).toThrow(ArgumentsError);
  expect(() => sandboxArguments(args)).toThrow(message);
});

it("tells all faults at once", () => {
  expect(() => sandboxArguments(["--port", "x", "--speed", "y"])).toThrow(/--port[\s\S]*--speed/);
});
