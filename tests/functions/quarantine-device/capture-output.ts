/**
 * Runs something and gives back the JSON lines that it wrote to standard output and standard error, in order.
 *
 * @param body - what to run
 */
export async function captureOutput(
  body: () => void | Promise<void>,
): Promise<readonly Record<string, unknown>[]> {
  let text = "";
  const note = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation(note),
    jest.spyOn(process.stderr, "write").mockImplementation(note),
  ];
  try {
    await body();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Record<string, unknown> => JSON.parse(line));
}
