import { readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsPage } from "../../../../tools/ci/permissions/page";
import { ROOT } from "../../../support/run-command";

test("docs/permissions.md is what `npm run ci:permissions` writes: each permission with what breaks without it", () => {
  expect(readFileSync(join(ROOT, "docs", "permissions.md"), "utf8")).toBe(permissionsPage());
});
