import { componentTags, tagList } from "../../infra/tags";

test("a component's tags name stack and component, as a map and as a list", () => {
  const tags = componentTags("dev", "AlertTopic");
  expect(tags).toEqual({ "iot-quarantine:stack": "dev", "iot-quarantine:component": "AlertTopic" });
  expect(tagList(tags)).toEqual([
    { key: "iot-quarantine:stack", value: "dev" },
    { key: "iot-quarantine:component", value: "AlertTopic" },
  ]);
});
