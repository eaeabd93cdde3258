import {
  endOfExemption,
  exemptionsAt,
  parseResponseTable,
  type ResponseTable,
} from "../../../lib/responses/response-table";

const table: ResponseTable = {
  version: 2,
  profiles: {},
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [
    { thing: "day", reason: "x", until: "2027-01-31" },
    { thing: "hour", reason: "x", until: "2027-01-31T12:00:00Z" },
  ],
};
const namesAt = (time: string) =>
  exemptionsAt(table, Date.parse(time)).map((exemption) => ("thing" in exemption ? exemption.thing : ""));

test("a table is read as it was written", () => {
  expect(parseResponseTable(JSON.stringify(table))).toEqual(table);
});

const written = JSON.stringify(table);
test.each([
  "{}",
  "[]",
  "null",
  written.replace('"version":2', '"version":1'),
  written.replace('"quarantineLimitPerHour":25', '"quarantineLimitPerHour":0'),
  written.replace('"alarmMaxAgeMinutes":30', '"alarmMaxAgeMinutes":0.5'),
  written.replace('"containment":["group"]', '"containment":["principal"]'),
  written.replace('"containment":["group"]', '"containment":["group","fence"]'),
  written.replace('"containment":["group"],', ""),
  written.replace('"profiles":{}', '"profiles":{"P":{"B":"Quarantine"}}'),
  written.replace('"profiles":{}', '"profiles":{"P":null}'),
  written.replace('"profiles":{}', '"profiles":[]'),
  written.replace('"exempt":[', '"exempt":[null,'),
])("%s is no table: the function does not start with it", (text) => {
  expect(() => parseResponseTable(text)).toThrow(/deploy the stack again/);
});

test("a day's exemption lasts to its end, an hour's to the hour", () => {
  expect(namesAt("2027-01-31T11:59:59.999Z")).toEqual(["day", "hour"]);
  expect(namesAt("2027-01-31T12:00:00Z")).toEqual(["day"]);
  expect(namesAt("2027-01-31T23:59:59.999Z")).toEqual(["day"]);
  expect(namesAt("2027-02-01T00:00:00Z")).toEqual([]);
});

test.each(["2028-02-29", "2027-12-31T23:59Z", "2027-12-31T23:59:59.5Z"])("%s is an end", (until) => {
  expect(endOfExemption(until)).toBeGreaterThan(0);
});

test.each(["2027-02-29", "2027-13-01", "2027-1-1", "2027-01-01T24:30:00Z", "2027-01-01 12:00Z", "", "never"])(
  "%j is no end",
  (until) => {
    expect(endOfExemption(until)).toBeUndefined();
  },
);

test("a date or a time that stands in a stack file without quotes is what it was meant to be", () => {
  expect(endOfExemption("2027-01-31 00:00:00 +0000 UTC")).toBe(endOfExemption("2027-01-31"));
  expect(endOfExemption("2027-01-31 12:30:00 +0000 UTC")).toBe(endOfExemption("2027-01-31T12:30:00Z"));
});
