import { field, text } from "./events.ts";
import { jsonError } from "./json-error.ts";

/** The settings that can be changed, each shown by one field of the form. */
export type Name =
  | "instructions"
  | "output"
  | "voice"
  | "speed"
  | "detection"
  | "threshold"
  | "prefix"
  | "silence"
  | "idle"
  | "eagerness"
  | "create"
  | "interrupt"
  | "transcription"
  | "language"
  | "noise"
  | "tools"
  | "toolChoice"
  | "maxTokens"
  | "temperature";

/** What stands in the fields; a check box is `on` or `off`. An empty text is what the API calls null or leaves out. */
export type Form = Record<Name, string>;

/** The API's session object, or a part of it. */
export type Session = Record<string, unknown>;

/** What is wrong with a text, for the view to put into words. */
export type Wrong =
  | { kind: "missing" }
  | { kind: "number" | "whole"; low: number; high: number }
  | { kind: "json"; line: number; column: number }
  | { kind: "tool"; path: string; want: "list" | "object" | "type" | "name" | "other name" | "parameters" };

interface Spec {
  path: readonly string[];
  /** The API's value as text. */
  show: (value: unknown) => string;
  /** The text as the API wants it; the text has passed `check`. */
  value: (words: string) => unknown;
  check?: (words: string) => Wrong | null;
}

const INPUT = ["audio", "input"];
const DETECTION = [...INPUT, "turn_detection"];
/** No turn waits longer than a minute. */
const LONGEST_MS = 60_000;
const TRANSCRIPTION = [...INPUT, "transcription"];

/** Fields that belong to each kind of turn detection, under the API's names. */
const PARTS: Record<string, [name: Name, key: string][]> = {
  server_vad: [
    ["threshold", "threshold"],
    ["prefix", "prefix_padding_ms"],
    ["silence", "silence_duration_ms"],
    ["idle", "idle_timeout_ms"],
    ["create", "create_response"],
    ["interrupt", "interrupt_response"],
  ],
  semantic_vad: [
    ["eagerness", "eagerness"],
    ["create", "create_response"],
    ["interrupt", "interrupt_response"],
  ],
};

const words = { show: text, value: (given: string) => given };
const orNull = (given: string): string | null => (given === "" ? null : given);
const number = (path: readonly string[], low: number, high: number, whole = false): Spec => ({
  path,
  show: text,
  value: (given) => (given.trim() === "" ? null : Number(given)),
  check: (given) => {
    const value = given.trim() === "" ? Number.NaN : Number(given);
    const fits = value >= low && value <= high && (!whole || Number.isInteger(value));
    return fits ? null : { kind: whole ? "whole" : "number", low, high };
  },
});
/** A number field that may be empty. */
const optional = (spec: Spec): Spec => ({
  ...spec,
  check: (given) => (given.trim() === "" ? null : (spec.check?.(given) ?? null)),
});
const flag = (path: readonly string[]): Spec => ({
  path,
  show: (value) => (typeof value === "boolean" ? (value ? "on" : "off") : ""),
  value: (given) => given === "on",
});
const missing = (given: string): Wrong | null => (given.trim() === "" ? { kind: "missing" } : null);

/** The ranges are those of the API. */
const SPECS: Record<Name, Spec> = {
  instructions: { path: ["instructions"], ...words },
  output: { path: ["output_modalities"], show: (value) => text(Array.isArray(value) ? value[0] : value), value: (given) => [given] },
  voice: {
    path: ["audio", "output", "voice"],
    show: (value) => text(value) || text(field(value, "id")),
    // A voice of one's own is named by an object.
    value: (given) => (given.trim().startsWith("voice_") ? { id: given.trim() } : given.trim()),
    check: missing,
  },
  speed: number(["audio", "output", "speed"], 0.25, 1.5),
  detection: { path: [...DETECTION, "type"], show: (value) => text(value) || "off", value: (given) => given },
  threshold: number([...DETECTION, "threshold"], 0, 1),
  prefix: number([...DETECTION, "prefix_padding_ms"], 0, LONGEST_MS, true),
  silence: number([...DETECTION, "silence_duration_ms"], 0, LONGEST_MS, true),
  idle: optional(number([...DETECTION, "idle_timeout_ms"], 5000, 30_000, true)),
  eagerness: { path: [...DETECTION, "eagerness"], ...words },
  create: flag([...DETECTION, "create_response"]),
  interrupt: flag([...DETECTION, "interrupt_response"]),
  transcription: { path: [...TRANSCRIPTION, "model"], show: text, value: (given) => given.trim() },
  language: { path: [...TRANSCRIPTION, "language"], show: text, value: (given) => given.trim() },
  noise: {
    path: [...INPUT, "noise_reduction"],
    show: (value) => text(field(value, "type")) || "off",
    value: (given) => (given === "off" ? null : { type: given }),
  },
  tools: {
    path: ["tools"],
    show: (value) => (Array.isArray(value) && value.length > 0 ? JSON.stringify(value, null, 2) : ""),
    value: (given) => (given.trim() === "" ? [] : JSON.parse(given)),
    check: checkTools,
  },
  toolChoice: {
    path: ["tool_choice"],
    show: (value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : text(value)),
    value: (given) => (given.startsWith("{") ? JSON.parse(given) : given),
  },
  maxTokens: {
    ...number(["max_output_tokens"], 1, 4096, true),
    value: (given) => (isInfinite(given) ? "inf" : Number(given)),
    check: (given) => (isInfinite(given) ? null : (number([], 1, 4096, true).check?.(given) ?? null)),
  },
  temperature: number(["temperature"], 0.6, 1.2),
};

function isInfinite(given: string): boolean {
  return given.trim() === "" || given.trim().toLowerCase() === "inf";
}

export const NAMES = Object.keys(SPECS) as Name[];

/** The choice of one function, as it stands in the form. */
export function choiceOf(name: string): string {
  return JSON.stringify({ type: "function", name });
}

/** A tool, or a server of tools, as a person reads it. */
export interface Tool {
  /** Of a server its label. */
  name: string;
  /** How it is called: `weather(city, unit?)`. */
  signature: string;
  description: string;
}

/** The tools in a text that holds valid ones. */
export function toolsOf(given: string): Tool[] {
  if (check("tools", given) !== null) return [];
  return (SPECS.tools.value(given) as unknown[]).map((tool) => {
    const label = text(field(tool, "server_label"));
    const description = text(field(tool, "description")) || text(field(tool, "server_description")) || text(field(tool, "server_url"));
    if (label !== "") return { name: label, signature: `${label} (MCP)`, description };
    const name = text(field(tool, "name"));
    const required = field(field(tool, "parameters"), "required");
    const isRequired = (parameter: string): boolean => Array.isArray(required) && required.includes(parameter);
    const parameters = Object.keys((field(field(tool, "parameters"), "properties") as object | undefined) ?? {});
    const written = parameters.map((parameter) => (isRequired(parameter) ? parameter : `${parameter}?`));
    return { name, signature: `${name}(${written.join(", ")})`, description };
  });
}

/** The names of the tools in a text that holds valid ones. */
export function toolNames(given: string): string[] {
  return toolsOf(given).map(({ name }) => name);
}

/** What a session object says, as texts. */
export function formOf(session: Session): Form {
  return Object.fromEntries(NAMES.map((name) => [name, SPECS[name].show(at(session, SPECS[name].path))])) as Form;
}

/** Says whether a field means anything, with these settings in this session. */
export function applies(name: Name, form: Form, session: Session): boolean {
  const detection = PARTS[form.detection] ?? [];
  if (Object.values(PARTS).some((parts) => parts.some(([part]) => part === name))) {
    if (!detection.some(([part]) => part === name)) return false;
    // The beta has no idle timeout, a session that only transcribes no responses to create: neither is reported then.
    const key = SPECS[name].path.at(-1) as string;
    const known = at(session, DETECTION);
    return field(known, "type") !== form.detection || field(known, key) !== undefined;
  }
  if (name === "temperature") return "temperature" in session;
  if (name === "language") return form.transcription.trim() !== "";
  if (session.type !== "transcription") return true;
  return SPECS[name].path[1] === "input";
}

/** Says what is wrong with a text, before the server has to. */
export function check(name: Name, given: string): Wrong | null {
  return SPECS[name].check?.(given) ?? null;
}

/** Says whether two texts, both valid, mean the same to the API. */
export function same(name: Name, one: string, other: string): boolean {
  return one === other || canonical(SPECS[name].value(one)) === canonical(SPECS[name].value(other));
}

/**
 * The part of the session object that makes `names` what the form says, nested as the API wants it. Objects that the
 * API replaces as a whole, turn detection and transcription, are whole.
 */
export function updateOf(names: Iterable<Name>, form: Form, session: Session): Session {
  const update: Session = {};
  for (const name of names) {
    const { path, value } = SPECS[name];
    if (path[2] === "turn_detection") put(update, DETECTION, detectionOf(form, session));
    else if (path[2] === "transcription") put(update, TRANSCRIPTION, transcriptionOf(form, session));
    else put(update, path, value(form[name]));
  }
  return update;
}

function detectionOf(form: Form, session: Session): Session | null {
  if (form.detection === "off") return null;
  const now = at(session, DETECTION) as Session | null | undefined;
  // Of another kind of detection nothing is kept but what both have: the server has defaults.
  const whole: Session = now?.type === form.detection ? { ...now } : { type: form.detection };
  for (const [name, key] of PARTS[form.detection] ?? []) {
    if (form[name] !== "" || key in whole) whole[key] = SPECS[name].value(form[name]);
  }
  return whole;
}

function transcriptionOf(form: Form, session: Session): Session | null {
  const model = orNull(form.transcription.trim());
  if (model === null) return null;
  const { language: _, ...kept } = (at(session, TRANSCRIPTION) ?? {}) as Session;
  const language = form.language.trim();
  return { ...kept, model, ...(language === "" ? {} : { language }) };
}

/** What matters most of a session's settings, in the API's words: `server_vad`, `threshold 0.5`, …, `voice marin`. */
export function summaryOf(session: Session): string[] {
  const form = formOf(session);
  const timing: Record<string, string[]> = {
    server_vad: [`threshold ${form.threshold}`, `silence ${form.silence} ms`, `prefix ${form.prefix} ms`],
    semantic_vad: [`eagerness ${form.eagerness}`],
  };
  const detection = form.detection === "off" ? "turn_detection null" : form.detection;
  const sound = form.output === "text" ? ["text only"] : [`voice ${form.voice}`];
  const speed = form.speed === "" || form.speed === "1" ? [] : [`speed ${form.speed}`];
  const names = toolNames(form.tools);
  const tools = names.length === 0 ? [] : [`tools ${names.join(", ")}`];
  return [detection, ...(timing[form.detection] ?? []), ...sound, ...speed, ...tools];
}

function checkTools(given: string): Wrong | null {
  if (given.trim() === "") return null;
  const place = jsonError(given);
  if (place !== null) return { kind: "json", ...place };
  const tools: unknown = JSON.parse(given);
  const wrong = (path: string, want: Extract<Wrong, { kind: "tool" }>["want"]): Wrong => ({ kind: "tool", path, want });
  if (!Array.isArray(tools)) return wrong("", "list");
  const seen = new Set<string>();
  for (const [position, tool] of tools.entries()) {
    const path = `[${position}]`;
    if (typeof tool !== "object" || tool === null || Array.isArray(tool)) return wrong(path, "object");
    // Servers of tools have other fields: those are the server's to judge.
    if (tool.type === "mcp") continue;
    if (tool.type !== "function") return wrong(`${path}.type`, "type");
    if (typeof tool.name !== "string" || !/^[\w-]{1,64}$/.test(tool.name)) return wrong(`${path}.name`, "name");
    if (seen.has(tool.name)) return wrong(`${path}.name`, "other name");
    seen.add(tool.name);
    const parameters = tool.parameters ?? {};
    if (typeof parameters !== "object" || Array.isArray(parameters)) return wrong(`${path}.parameters`, "parameters");
  }
  return null;
}

function at(session: unknown, path: readonly string[]): unknown {
  return path.reduce(field, session);
}

function put(into: Session, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) into[first] = value;
  else put((into[first] ??= {}) as Session, rest, value);
}

/** JSON in which the order of an object's fields makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
