import { inTime } from "../../../lib/aws/in-time";

test("a call whose time is over is aborted, and rejects although it never settles", async () => {
  let seen: AbortSignal | undefined;
  const call = (signal: AbortSignal) => {
    seen = signal;
    return new Promise<never>(() => undefined);
  };
  await expect(inTime(1, call)).rejects.toMatchObject({
    name: "CallTimeout",
    code: "no whole answer in 1 ms",
  });
  expect(seen?.aborted).toBe(true);
});

test("a call that settles in time keeps its answer or its error, and is not aborted afterwards", async () => {
  const clear = jest.spyOn(global, "clearTimeout");
  let seen: AbortSignal | undefined;
  const answer = (signal: AbortSignal) => {
    seen = signal;
    return Promise.resolve("answer");
  };
  await expect(inTime(60_000, answer)).resolves.toBe("answer");
  await expect(inTime(60_000, () => Promise.reject(new Error("why")))).rejects.toThrow("why");
  expect(seen?.aborted).toBe(false);
  // A timer that stays would hold a function's process up.
  expect(clear).toHaveBeenCalledTimes(2);
  clear.mockRestore();
});
