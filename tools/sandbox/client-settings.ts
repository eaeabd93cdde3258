import type { SandboxAddress } from "../../sandbox/start-sandbox";

/** What an AWS client of a rehearsal is made with: the sandbox takes any credentials, and answers at once or not at all. */
export const clientSettings = ({ endpoint, region }: Pick<SandboxAddress, "endpoint" | "region">) => ({
  endpoint,
  region,
  credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
  maxAttempts: 1,
});
