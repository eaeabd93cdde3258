import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AlarmMessage } from "../../../lib/detect/alarm";
import { renderAlarm } from "../../../lib/detect/render-alarm";

const FOLDER = join(__dirname, "../../fixtures/alarms");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

/** Turns the order of all keys around, so that a renderer that copies its input is found out. */
function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe("renderAlarm", () => {
  test.each(FILES)("writes %s as it stands, whatever the order of keys that it is given", (file) => {
    const message: AlarmMessage = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    const text = JSON.stringify(message);
    expect(renderAlarm(message)).toBe(text);
    expect(renderAlarm(reversed(message) as AlarmMessage)).toBe(text);
  });

  test("finds the captured message and the synthetic ones", () => {
    expect(FILES).toContain("captured-dev-izwb.json");
    expect(FILES.filter((name) => name.startsWith("synthetic-")).length).toBeGreaterThanOrEqual(6);
  });

  test("leaves out what is not set", () => {
    const message: AlarmMessage = {
      violationEventTime: 1,
      thingName: "t",
      behavior: { name: "B" },
      violationEventType: "alarm-invalidated",
      violationId: "0",
      securityProfileName: "P",
    };
    expect(renderAlarm(message)).toBe(
      '{"violationEventTime":1,"thingName":"t","behavior":{"name":"B"},"violationEventType":"alarm-invalidated","violationId":"0","securityProfileName":"P"}',
    );
  });
});
