import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { readScenario } from "../../../tools/scenario/said";
import { ROOT } from "../../support/run-command";

const files = readStackFiles(ROOT, "dev");
const withBlock = (block: string) => ({
  ...files,
  config: { ...files.config, "iot-quarantine:rehearsal": block },
});

it("takes healthy values and dimensions from the stack's file, and the command line's before them", () => {
  const block = withBlock(
    '{"healthy":{"messages-sent":7,"listening-tcp-ports":[443,8883]},"dimensions":{"C":"c/+"}}',
  );
  const scenario = readScenario(block, { healthy: { "messages-sent": "3" } }, 0);
  expect(scenario.healthy.readings).toMatchObject({
    "aws:num-messages-sent": { count: 3 },
    "aws:listening-tcp-ports": { ports: [443, 8883] },
  });
  expect(scenario.dimensions).toEqual({ C: "c/+" });
});

it.each(['{"heathy":{}}', '{"healthy":5}', "[]"])(
  "refuses the block %s, and says what it must be",
  (block) => {
    expect(() => readScenario(withBlock(block), {}, 0)).toThrow(
      /Set iot-quarantine:rehearsal to an object with `healthy` and `dimensions`; it is/,
    );
  },
);
