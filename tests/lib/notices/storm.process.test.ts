import { tellDigest } from "../../../lib/notices/digest";
import { makeNotices } from "../../../lib/notices/notices";
import { MINUTE, noticeOf, startSetting } from "./setting";

test("a storm of 2,000 held in overlapping invocations is one message at once, and then one digest", async () => {
  const setting = await startSetting();
  // Each invocation has notices of its own, as each environment of a function has.
  const tell = (first: number) =>
    makeNotices(setting.args).tell(Array.from({ length: 10 }, (_none, n) => noticeOf(first + n)));
  for (let from = 0; from < 2000; from += 100) {
    const batches = Array.from({ length: 10 }, (_none, n) => from + n * 10);
    await Promise.all(batches.map(tell));
  }
  expect(setting.failures).toEqual([]);
  const atOnce = await setting.messages();
  expect(atOnce.map(({ json }) => [json.kind, json.count])).toEqual([["held", 10]]);
  expect(await setting.events()).toHaveLength(2000);
  setting.at += 2 * MINUTE;
  expect(await tellDigest(setting.args)).toBe(1990);
  expect(await tellDigest(setting.args)).toBe(0);
  const digests = await setting.messages();
  expect(digests.map(({ json }) => [json.kind, json.count])).toEqual([["digest", 1990]]);
  expect(setting.failures).toEqual([]);
  await setting.stop();
});
