import { checkAudio } from "./audio/preflight.ts";
import { duration } from "./model/format.ts";
import type { RoundTrip } from "./ping.ts";
import { Problem, SILENT_KERNEL } from "./problem.ts";
import type { Check } from "./view/preflight.ts";

const BUSY = new Problem({
  en: { what: "A cell is running.", cure: "What you say waits until it ends. Wait, or stop the cell." },
  zh: { what: "单元格正在运行。", cure: "你说的话要等它结束。请等待，或停止单元格。" },
});

/**
 * Finds out what is there of what a conversation needs. The kernel has `patience` ms to answer; `waits` tells whether
 * what is said waits for a running cell.
 */
export async function checks(roundTrip: RoundTrip, patience: number, waits: () => boolean): Promise<Check[]> {
  const [audio, ms] = await Promise.all([checkAudio(), roundTrip.measure(patience)]);
  const kernel: Check =
    ms === null
      ? { name: "kernel", ok: "no", problem: SILENT_KERNEL }
      : { name: "kernel", ok: "yes", detail: duration(ms), problem: null };
  return [...audio, kernel, ...(waits() ? [{ name: "busy", ok: "no", problem: BUSY } as const] : [])];
}
