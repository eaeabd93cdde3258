import { startSandbox } from "../../sandbox/start-sandbox";
import { World } from "../../sandbox/world";

test("a start that fails for want of its services lets go of its port", async () => {
  const make = jest.spyOn(World, "make").mockRejectedValueOnce(new Error("no world"));
  await expect(startSandbox({ port: 0 })).rejects.toThrow("no world");
  const endpoint = make.mock.calls[0]?.[0].endpoint ?? "";
  make.mockRestore();
  expect(endpoint).toMatch(/^http:/);
  await expect(fetch(endpoint)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});
