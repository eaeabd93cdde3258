// A fleet in a process of its own: `fleet.ts <mqtt url> <devices> <messages each>`. Prints what was acknowledged.
import { connectAsync } from "mqtt";

async function device(url: string, index: number, messages: number): Promise<number> {
  const clientId = `load-${index}`;
  const client = await connectAsync(url, {
    clientId,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: 60_000,
  });
  let acknowledged = 0;
  for (let message = 0; message < messages; message++) {
    await client.publishAsync(`load/${index}`, String(message), { qos: 1 });
    acknowledged++;
  }
  await client.endAsync();
  return acknowledged;
}

async function main(): Promise<void> {
  const [url = "", devices, messages] = process.argv.slice(2);
  const all = Array.from({ length: Number(devices) }, (_, index) => device(url, index, Number(messages)));
  const acknowledged = await Promise.all(all);
  process.stdout.write(`${acknowledged.reduce((sum, one) => sum + one, 0)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error)?.stack ?? error}\n`);
  process.exitCode = 1;
});
