import { beforeEach, describe, expect, test } from "vitest";
import type { Spoken } from "../src/audio/ports.ts";
import { Talker } from "../src/audio/talker.ts";

let posted: Spoken[];
let talker: Talker;

beforeEach(() => {
  posted = [];
  talker = new Talker((message) => posted.push(message));
});

/** The microphone hears a ramp: each sample one more than the last, never 0. */
function hear(from: number, count: number): void {
  for (let at = 0; at < count; at += 100) {
    talker.take(Float32Array.from({ length: 100 }, (_, i) => (from + at + i) / 32768), Math.min(100, count - at));
  }
}

const samples = (): number[] =>
  posted.flatMap((message) => (message.type === "microphone" ? [...new Int16Array(message.data)] : []));
const count = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);
const talks = (): string[] =>
  posted.flatMap((message) => (message.type === "talk" ? [`${message.on} ${message.held}`] : []));

describe("talking", () => {
  test("the word that talk begins is before the first chunk, that it ends behind the last, positions start anew", () => {
    for (let round = 0; round < 2; round++) {
      talker.mode("talking", false);
      hear(1, 2000);
      talker.mode("closed", false);
    }
    const once = ["talk", 0, 960, 1920, "talk"];
    expect(posted.map((message) => (message.type === "microphone" ? message.sample : message.type))).toEqual([
      ...once,
      ...once,
    ]);
    expect(samples()).toEqual([...count(1, 2000), ...count(1, 2000)]);
  });

  test("nothing of a closed microphone goes out", () => {
    hear(1, 5000);
    talker.mode("talking", false);
    talker.mode("closed", false);
    expect(posted.map(({ type }) => type)).toEqual(["talk", "talk"]);
  });

  test("the same mode twice changes nothing; a button that is pressed while talking begins another talk", () => {
    talker.mode("talking", false);
    talker.mode("talking", false);
    talker.mode("talking", true);
    talker.mode("standby", false);
    expect(talks()).toEqual(["true false", "false false", "true true", "false true"]);
  });
});

describe("standby", () => {
  test("sends nothing, but the last 200 ms once a button is pressed", () => {
    talker.mode("standby", false);
    hear(1, 10_000);
    expect(posted).toEqual([]);
    talker.mode("talking", true);
    hear(10_001, 2460);
    talker.mode("standby", false);
    expect(samples()).toEqual(count(10_001 - 4800, 7260));
    expect(posted[1]).toMatchObject({ type: "microphone", sample: 0 });
  });

  test("sends what there is where it was shorter", () => {
    talker.mode("standby", false);
    hear(1, 300);
    talker.mode("talking", true);
    hear(301, 2400);
    talker.mode("closed", false);
    expect(samples()).toEqual(count(1, 2700));
  });

  test("nothing that a talk has sent is sent again by the next", () => {
    talker.mode("standby", false);
    hear(1, 6000);
    talker.mode("talking", true);
    hear(6001, 3000);
    talker.mode("standby", false);
    hear(9001, 300);
    talker.mode("talking", true);
    hear(9301, 3000);
    talker.mode("closed", false);
    expect(samples()).toEqual(count(1201, 11_100));
  });

  test("a button that is only tapped sends nothing, also of what came before, and the next turn is whole", () => {
    talker.mode("standby", false);
    hear(1, 6000);
    talker.mode("talking", true);
    hear(6001, 2300);
    talker.mode("standby", false);
    expect(posted.map(({ type }) => type)).toEqual(["talk", "talk"]);
    hear(8301, 1000);
    talker.mode("talking", true);
    hear(9301, 2400);
    talker.mode("standby", false);
    expect(samples()).toEqual(count(8301, 3400));
    expect(posted[3]).toMatchObject({ type: "microphone", sample: 0 });
  });

  test("once the button was down for 100 ms, all goes out at once, and then as it comes", () => {
    talker.mode("standby", false);
    hear(1, 4800);
    talker.mode("talking", true);
    hear(4801, 2300);
    expect(samples()).toEqual([]);
    hear(7101, 100);
    expect(samples()).toEqual(count(1, 6720));
    hear(7201, 500);
    expect(samples()).toEqual(count(1, 7680));
  });
});

describe("silence in the sound's place", () => {
  test("muted, time goes on and nothing is heard, also of what came before the button", () => {
    talker.muted = true;
    talker.mode("standby", false);
    hear(1, 1000);
    talker.mode("talking", true);
    hear(1001, 500);
    talker.muted = false;
    hear(1501, 2000);
    talker.mode("closed", false);
    expect(samples()).toEqual([...Array(1500).fill(0), ...count(1501, 2000)]);
  });

  test("half duplex hears nothing while the loudspeaker sounds and for 250 ms after", () => {
    talker.halfDuplex = true;
    talker.mode("talking", false);
    hear(1, 1000);
    talker.sounding = true;
    hear(1001, 20_000);
    talker.sounding = false;
    hear(21_001, 7000);
    talker.mode("closed", false);
    expect(samples()).toEqual([...count(1, 1000), ...Array(26_000).fill(0), ...count(27_001, 1000)]);
  });

  test("a short silence of the loudspeaker does not add up with the next", () => {
    talker.halfDuplex = true;
    talker.mode("talking", false);
    talker.sounding = true;
    talker.sounding = false;
    hear(1, 3000);
    talker.sounding = true;
    talker.sounding = false;
    hear(3001, 7000);
    talker.mode("closed", false);
    expect(samples()).toEqual([...Array(9000).fill(0), ...count(9001, 1000)]);
  });

  test("who holds the button is heard all the same", () => {
    talker.halfDuplex = true;
    talker.sounding = true;
    talker.mode("talking", true);
    hear(1, 3000);
    talker.mode("closed", false);
    expect(samples()).toEqual(count(1, 3000));
  });

  test("without half duplex the loudspeaker hinders nobody", () => {
    talker.sounding = true;
    talker.mode("talking", false);
    hear(1, 1000);
    talker.mode("closed", false);
    expect(samples()).toEqual(count(1, 1000));
  });
});
