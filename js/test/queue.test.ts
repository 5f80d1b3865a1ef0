import { describe, expect, test } from "vitest";
import type { Heard } from "../src/audio/ports.ts";
import { PlaybackQueue } from "../src/audio/queue.ts";

const QUANTUM = 128;

/** ms as samples. */
const ms = (milliseconds: number): number => milliseconds * 24;

/** The cushion's first target. */
const TARGET = ms(40);

function push(queue: PlaybackQueue, item_id: string, samples: Int16Array): void {
  queue.take({ type: "audio", item_id, content_index: 0, data: samples.slice().buffer });
}

function end(queue: PlaybackQueue, item_id: string): void {
  queue.take({ type: "audio.end", item_id, content_index: 0 });
}

/** Flushes; gives what was heard of each part. */
function flush(queue: PlaybackQueue): Record<string, number> {
  queue.reports();
  queue.take({ type: "flush" });
  const told = queue.reports().map((report) => {
    if (report.type !== "playback.flushed") throw new Error(`${report.type} came out of a flush`);
    return [report.item_id, report.heard_samples] as const;
  });
  return Object.fromEntries(told);
}

const started = (item_id: string): Heard => ({ type: "playback.started", item_id, content_index: 0 });
const finished = (item_id: string, heard_samples: number): Heard => ({
  type: "playback.finished",
  item_id,
  content_index: 0,
  heard_samples,
});

/** Plays so many quanta and returns the samples as 16-bit integers. */
function play(queue: PlaybackQueue, quanta: number): number[] {
  const out: number[] = [];
  const quantum = new Float32Array(QUANTUM);
  for (let i = 0; i < quanta; i++) {
    queue.pull(quantum);
    out.push(...Array.from(quantum, (value) => value * 32768));
  }
  return out;
}

const ones = (length: number): Int16Array => new Int16Array(length).fill(1);

/** Samples that differ from their neighbours and are never 0. */
const ramp = (length: number, from = 0): Int16Array => Int16Array.from({ length }, (_, i) => ((from + i) % 32_000) + 1);

describe("sound", () => {
  test("parts play one after the other, each sample once", () => {
    const queue = new PlaybackQueue();
    const b = Int16Array.from({ length: 200 }, (_, i) => -i - 1);
    push(queue, "a", ramp(100));
    push(queue, "a", ramp(200, 100));
    end(queue, "a");
    push(queue, "b", b);
    end(queue, "b");
    const out = play(queue, 4);
    expect(out.slice(0, 500)).toEqual([...ramp(300), ...b]);
    expect(out.slice(500).every((sample) => sample === 0)).toBe(true);
  });

  test("minutes pushed at once lose nothing", () => {
    const queue = new PlaybackQueue();
    const minutes = 3 * 60 * 24_000;
    for (let at = 0; at < minutes; at += 2400) push(queue, "a", ones(2400));
    end(queue, "a");
    const out = play(queue, minutes / QUANTUM);
    expect(out.every((sample) => sample === 1)).toBe(true);
    expect(queue.reports()).toEqual([started("a"), finished("a", minutes)]);
  });
});

describe("the beginning", () => {
  test("waits until enough has gathered", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET - 1));
    expect(play(queue, 1)).toEqual(Array(128).fill(0));
    push(queue, "a", ones(1));
    expect(play(queue, 1)).toEqual(Array(128).fill(1));
  });

  test("waits no longer than the target's time", () => {
    const queue = new PlaybackQueue();
    play(queue, 100);
    push(queue, "a", ones(500));
    const out = play(queue, 10);
    expect(out.indexOf(1)).toBe(Math.ceil(TARGET / QUANTUM) * QUANTUM);
  });

  test("does not wait for what has ended, nor behind another part that was played long enough", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    end(queue, "a");
    push(queue, "b", ones(100));
    expect(play(queue, 9).indexOf(0)).toBe(TARGET + 100);
  });
});

describe("what was heard", () => {
  test("a part starts and finishes when its samples leave the loudspeaker", () => {
    const queue = new PlaybackQueue();
    queue.latency = 200;
    push(queue, "a", ones(128));
    end(queue, "a");
    play(queue, 1);
    expect(queue.reports()).toEqual([]);
    play(queue, 1);
    expect(queue.reports()).toEqual([started("a")]);
    play(queue, 1);
    expect(queue.reports()).toEqual([finished("a", 128)]);
  });

  test("a part that is still to come finishes only after its end is known", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    play(queue, 9);
    expect(queue.reports()).toEqual([started("a")]);
    end(queue, "a");
    expect(queue.reports()).toEqual([finished("a", TARGET)]);
  });

  test("the end of a part without sound is nothing", () => {
    const queue = new PlaybackQueue();
    end(queue, "a");
    play(queue, 1);
    expect(queue.reports()).toEqual([]);
  });

  test("it sounds from the first rendered sample until the last one has left the loudspeaker", () => {
    const queue = new PlaybackQueue();
    queue.latency = 300;
    play(queue, 1);
    expect(queue.sounding).toBe(false);
    push(queue, "a", ones(200));
    end(queue, "a");
    const sounding = Array.from({ length: 5 }, () => (play(queue, 1), queue.sounding));
    // 200 samples and 300 of latency: the last one leaves in the fourth quantum.
    expect(sounding).toEqual([true, true, true, false, false]);
  });
});

describe("underruns", () => {
  test("silence within a part is counted when the part goes on, and told", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    play(queue, 8);
    push(queue, "a", ones(10));
    end(queue, "a");
    play(queue, 1);
    const missing = 8 * QUANTUM - TARGET;
    expect(queue.reports()).toEqual([
      started("a"),
      { type: "playback.underrun", item_id: "a", missing_samples: missing },
      finished("a", TARGET + 10),
    ]);
    expect([queue.underruns, queue.concealed]).toEqual([1, missing]);
  });

  test("silence after a part or before the next is none", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    play(queue, 12);
    end(queue, "a");
    play(queue, 3);
    push(queue, "b", ones(TARGET));
    play(queue, 1);
    expect([queue.underruns, queue.concealed]).toEqual([0, 0]);
  });

  test("sound that comes just in time is none", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(QUANTUM * 8));
    play(queue, 8);
    push(queue, "a", ones(QUANTUM));
    expect(play(queue, 1)).toEqual(Array(128).fill(1));
    expect(queue.underruns).toBe(0);
  });

  test("after one it refills, and to more than before", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    play(queue, 10);
    // 320 samples were missing: less than the 20 ms that the target rises at least.
    push(queue, "a", ones(TARGET + ms(20) - 1));
    expect(play(queue, 1)).toEqual(Array(128).fill(0));
    push(queue, "a", ones(1));
    expect(play(queue, 1)).toEqual(Array(128).fill(1));
  });

  test("however late sound comes, no more than 400 ms gather", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    play(queue, 1000);
    push(queue, "a", ones(ms(400)));
    expect(play(queue, 1)).toEqual(Array(128).fill(1));
  });

  test("clean answers lower what has to gather, to no less than at first", () => {
    const queue = new PlaybackQueue();
    push(queue, "late", ones(TARGET));
    play(queue, 10);
    push(queue, "late", ones(1));
    end(queue, "late");
    play(queue, 10);
    // 320 missing samples raised it by 20 ms; two clean parts take them back, more take nothing.
    for (let i = 0; i < 5; i++) {
      const gathers = ms([60, 50, 40, 40, 40][i] as number);
      push(queue, `${i}`, ones(gathers - 1));
      expect(play(queue, 1)).toEqual(Array(128).fill(0));
      push(queue, `${i}`, ones(1));
      expect(play(queue, 1)).toEqual(Array(128).fill(1));
      end(queue, `${i}`);
      play(queue, 12);
    }
  });

  test("an underrun leaves the count of what was heard alone", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(TARGET));
    play(queue, 12);
    push(queue, "a", ones(10_000));
    play(queue, 1);
    expect(flush(queue)).toEqual({ a: TARGET + QUANTUM });
  });
});

describe("flush", () => {
  test("the very next quantum is silent", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(10_000));
    play(queue, 3);
    flush(queue);
    expect(queue.sounding).toBe(false);
    expect(play(queue, 5).every((sample) => sample === 0)).toBe(true);
  });

  test("tells the samples heard of each part, less what is on its way through the device", () => {
    const queue = new PlaybackQueue();
    queue.latency = 300;
    push(queue, "a", ones(256));
    end(queue, "a");
    push(queue, "b", ones(1000));
    push(queue, "c", ones(1000));
    play(queue, 4);
    // 512 samples rendered, the last 300 not heard.
    expect(flush(queue)).toEqual({ a: 212, b: 0, c: 0 });
  });

  test("a second one in a row has nothing to tell", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(1000));
    play(queue, 2);
    expect(flush(queue)).toEqual({ a: 256 });
    expect(flush(queue)).toEqual({});
  });

  test("what comes late of a flushed part is never played, another part is", () => {
    const queue = new PlaybackQueue();
    push(queue, "a", ones(1000));
    play(queue, 1);
    flush(queue);
    push(queue, "a", ones(1000));
    end(queue, "a");
    expect(play(queue, 2).every((sample) => sample === 0)).toBe(true);
    push(queue, "b", ones(128));
    end(queue, "b");
    expect(play(queue, 1)).toEqual(Array(128).fill(1));
    expect(queue.reports()).toEqual([started("b"), finished("b", 128)]);
  });
});

/** Random numbers that are the same in each run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a part was, and what was told of it. */
interface Story {
  pushed: number[];
  started: number;
  over: { type: string; heard: number } | null;
}

describe("random schedules of items, gaps, flushes and latencies", () => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed + 1))("schedule %i", (seed) => {
    const random = randomOf(seed);
    const queue = new PlaybackQueue();
    const stories = new Map<string, Story>();
    const out: number[] = [];
    // Where in `out` the sound begins that no flush has told of. The latency changes only where nothing sounds.
    let untold = 0;
    let [next, missing, flushes] = [0, 0, 0];

    const render = (quanta: number): void => {
      for (let i = 0; i < quanta; i++) {
        const quantum = new Float32Array(QUANTUM);
        queue.pull(quantum);
        out.push(...Array.from(quantum, (value) => value * 32768));
        read();
      }
    };
    const read = (): void => {
      for (const report of queue.reports()) {
        const story = stories.get(report.item_id) as Story;
        if (report.type === "playback.underrun") missing += report.missing_samples;
        else if (report.type === "playback.started") story.started += 1;
        else {
          expect(story.over).toBeNull();
          story.over = { type: report.type, heard: report.heard_samples };
        }
      }
    };
    /** Non-silent samples that have left the loudspeaker of those rendered since `from`. */
    const audible = (from: number): number =>
      out.slice(from, Math.max(from, out.length - queue.latency)).filter((sample) => sample !== 0).length;

    for (let item = 0; item < 12; item++) {
      const id = `item-${item}`;
      const story: Story = { pushed: [], started: 0, over: null };
      const pieces = 1 + random(12);
      let flushed = false;
      for (let piece = 0; piece < pieces; piece++) {
        const samples = ramp(1 + random(3000), next);
        next += samples.length;
        if (!flushed) {
          stories.set(id, story);
          story.pushed.push(...samples);
        }
        push(queue, id, samples);
        render(random(30));
        if (random(40) === 0) {
          const mark = audible(untold);
          const open = [...stories.values()].filter(({ over }) => over === null);
          queue.take({ type: "flush" });
          read();
          // All that was heard since the last flush, less the parts that had finished before, is told here.
          const told = open.reduce((sum, { over }) => sum + (over as { heard: number }).heard, 0);
          const before = [...stories.values()].filter((other) => !open.includes(other) && other.over !== null);
          expect(told + before.reduce((sum, { over }) => sum + (over?.heard ?? 0), 0)).toBe(mark + flushes);
          flushes += mark;
          untold = out.length;
          queue.latency = random(1500);
          flushed = true;
        }
      }
      end(queue, id);
      render(random(60));
    }
    render(4000);

    // Each part's samples came out in order, each once: all of them, or of a flushed part a beginning.
    const sounds = out.filter((sample) => sample !== 0);
    let at = 0;
    for (const { pushed, over, started: times } of stories.values()) {
      const { type, heard } = over as { type: string; heard: number };
      if (type === "playback.finished") expect(heard).toBe(pushed.length);
      expect(times).toBe(heard > 0 ? 1 : 0);
      let rendered = 0;
      while (rendered < pushed.length && sounds[at + rendered] === pushed[rendered]) rendered += 1;
      expect(rendered).toBeGreaterThanOrEqual(heard);
      if (type === "playback.finished") expect(rendered).toBe(pushed.length);
      at += rendered;
    }
    expect(at).toBe(sounds.length);
    expect(queue.concealed).toBe(missing);
    expect(queue.sounding).toBe(false);
  });
});
