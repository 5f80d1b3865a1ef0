import { expect, test } from "vitest";
import { applies, check, choiceOf, formOf, same, type Session, summaryOf, toolNames, toolsOf, updateOf } from "../src/model/settings.ts";

/** As the local server reports it. */
function session(change: (session: any) => void = () => undefined): Session {
  const made = {
    type: "realtime",
    object: "realtime.session",
    id: "sess_1",
    model: "gpt-realtime-2",
    output_modalities: ["audio"],
    instructions: "Be brief.",
    tools: [],
    tool_choice: "auto",
    max_output_tokens: "inf",
    expires_at: 1_795_547_848,
    audio: {
      input: {
        format: { type: "audio/pcm", rate: 24_000 },
        transcription: { model: "whisper-1" },
        noise_reduction: null,
        turn_detection: {
          type: "server_vad",
          threshold: 0.5,
          prefix_padding_ms: 300,
          silence_duration_ms: 500,
          idle_timeout_ms: null,
          create_response: true,
          interrupt_response: true,
        },
      },
      output: { format: { type: "audio/pcm", rate: 24_000 }, voice: "marin", speed: 1 },
    },
  };
  change(made);
  return made;
}

const detection = (made: Session): any => (made as any).audio.input.turn_detection;

test("a form shows what the session says", () => {
  expect(formOf(session())).toEqual({
    instructions: "Be brief.",
    output: "audio",
    voice: "marin",
    speed: "1",
    detection: "server_vad",
    threshold: "0.5",
    prefix: "300",
    silence: "500",
    idle: "",
    eagerness: "",
    create: "on",
    interrupt: "on",
    transcription: "whisper-1",
    language: "",
    noise: "off",
    tools: "",
    toolChoice: "auto",
    maxTokens: "inf",
    temperature: "",
  });
});

test("what is off is shown as off", () => {
  const form = formOf(
    session((made) => {
      made.audio.input.turn_detection = null;
      made.audio.input.transcription = null;
    }),
  );
  expect(form).toMatchObject({ detection: "off", transcription: "", noise: "off" });
});

test("only what was changed goes out, where the API has it", () => {
  const made = session();
  const form = { ...formOf(made), instructions: "Sing.", speed: "1.25", noise: "near_field", output: "text" };
  expect(updateOf(["instructions"], form, made)).toEqual({ instructions: "Sing." });
  expect(updateOf(["speed"], form, made)).toEqual({ audio: { output: { speed: 1.25 } } });
  expect(updateOf(["noise", "output"], form, made)).toEqual({
    audio: { input: { noise_reduction: { type: "near_field" } } },
    output_modalities: ["text"],
  });
});

test("turn detection goes out whole, with fields that nobody here knows", () => {
  const made = session((raw) => (raw.audio.input.turn_detection.new_field = 7));
  const update = updateOf(["threshold"], { ...formOf(made), threshold: "0.7" }, made);
  expect(update).toEqual({ audio: { input: { turn_detection: { ...detection(made), threshold: 0.7 } } } });
  expect(detection(update).new_field).toBe(7);
});

test("another kind of turn detection takes what both have and leaves the rest to the server", () => {
  const made = session((raw) => (raw.audio.input.turn_detection.interrupt_response = false));
  const update = updateOf(["detection"], { ...formOf(made), detection: "semantic_vad" }, made);
  expect(detection(update)).toEqual({ type: "semantic_vad", create_response: true, interrupt_response: false });
  expect(detection(updateOf(["detection"], { ...formOf(made), detection: "off" }, made))).toBeNull();
});

test("turn detection that was off comes on with the server's defaults", () => {
  const made = session((raw) => (raw.audio.input.turn_detection = null));
  const update = updateOf(["detection"], { ...formOf(made), detection: "server_vad" }, made);
  expect(detection(update)).toEqual({ type: "server_vad" });
});

test("an emptied idle timeout is null, and the beta is not told of one", () => {
  const made = session((raw) => (raw.audio.input.turn_detection.idle_timeout_ms = 6000));
  expect(detection(updateOf(["idle"], { ...formOf(made), idle: "" }, made)).idle_timeout_ms).toBeNull();
  const beta = session((raw) => delete raw.audio.input.turn_detection.idle_timeout_ms);
  expect(detection(updateOf(["silence"], { ...formOf(beta), silence: "300" }, beta))).not.toHaveProperty("idle_timeout_ms");
});

test("transcription goes out whole, and empty switches it off", () => {
  const made = session((raw) => (raw.audio.input.transcription = { model: "whisper-1", language: "en", prompt: "Hibari" }));
  const update = (change: object): any => updateOf(["transcription"], { ...formOf(made), ...change }, made);
  expect(update({ transcription: "gpt-transcribe" }).audio.input.transcription).toEqual({
    model: "gpt-transcribe",
    language: "en",
    prompt: "Hibari",
  });
  expect(update({ language: "" }).audio.input.transcription).toEqual({ model: "whisper-1", prompt: "Hibari" });
  expect(update({ transcription: " " }).audio.input.transcription).toBeNull();
});

test("numbers are held to the API's ranges", () => {
  const range = { kind: "number", low: 0, high: 1 };
  for (const [words, wrong] of [["0", null], ["1", null], ["0.55", null], ["1.1", range], ["-0.1", range], ["loud", range], ["", range]] as const) {
    expect(check("threshold", words)).toEqual(wrong);
  }
  expect(check("silence", "300.5")).toMatchObject({ kind: "whole", low: 0 });
  expect(check("prefix", "-1")).toMatchObject({ kind: "whole" });
  expect(check("speed", "1.6")).toEqual({ kind: "number", low: 0.25, high: 1.5 });
  expect(check("idle", "")).toBeNull();
  expect(check("idle", "4999")).toEqual({ kind: "whole", low: 5000, high: 30_000 });
  expect(check("idle", "?")).not.toBeNull();
  expect(check("temperature", "1.3")).toEqual({ kind: "number", low: 0.6, high: 1.2 });
  expect(check("voice", " ")).toEqual({ kind: "missing" });
});

test("output tokens are a number or infinite", () => {
  const made = session();
  const sent = (words: string): unknown => updateOf(["maxTokens"], { ...formOf(made), maxTokens: words }, made).max_output_tokens;
  expect([sent("inf"), sent(""), sent("INF"), sent("200")]).toEqual(["inf", "inf", "inf", 200]);
  expect(check("maxTokens", "inf")).toBeNull();
  expect(check("maxTokens", "4097")).toEqual({ kind: "whole", low: 1, high: 4096 });
  expect(check("maxTokens", "0")).not.toBeNull();
});

const WEATHER = { type: "function", name: "get_weather", parameters: { type: "object", properties: {} } };

test("tools are checked, and the error says where", () => {
  const wrong = (tools: unknown): unknown => check("tools", JSON.stringify(tools));
  expect(wrong([WEATHER, { type: "mcp", server_label: "files" }])).toBeNull();
  expect(check("tools", "  ")).toBeNull();
  expect(wrong({})).toEqual({ kind: "tool", path: "", want: "list" });
  expect(wrong(["get_weather"])).toEqual({ kind: "tool", path: "[0]", want: "object" });
  expect(wrong([WEATHER, { name: "x" }])).toEqual({ kind: "tool", path: "[1].type", want: "type" });
  expect(wrong([{ type: "function", name: "get weather" }])).toEqual({ kind: "tool", path: "[0].name", want: "name" });
  expect(wrong([WEATHER, WEATHER])).toEqual({ kind: "tool", path: "[1].name", want: "other name" });
  expect(wrong([{ ...WEATHER, parameters: [] }])).toEqual({ kind: "tool", path: "[0].parameters", want: "parameters" });
});

test("text that is no JSON is told by line and column", () => {
  expect(check("tools", '[\n  { "type": function }\n]')).toEqual({ kind: "json", line: 2, column: 13 });
});

test("a tool can be chosen by its name", () => {
  const made = session((raw) => (raw.tools = [WEATHER]));
  expect(toolNames(formOf(made).tools)).toEqual(["get_weather"]);
  const form = { ...formOf(made), toolChoice: choiceOf("get_weather") };
  const chosen = { type: "function", name: "get_weather" };
  expect(updateOf(["toolChoice"], form, made)).toEqual({ tool_choice: chosen });
  expect(same("toolChoice", form.toolChoice, formOf(session((raw) => (raw.tool_choice = { name: "get_weather", type: "function" }))).toolChoice)).toBe(true);
});

test("a voice of one's own is named by its id", () => {
  const made = session((raw) => (raw.audio.output.voice = { id: "voice_12" }));
  expect(formOf(made).voice).toBe("voice_12");
  expect(updateOf(["voice"], { ...formOf(made), voice: "voice_34" }, made)).toEqual({ audio: { output: { voice: { id: "voice_34" } } } });
});

test("texts that mean the same are no change", () => {
  expect(same("threshold", "0.5", "0.50")).toBe(true);
  expect(same("tools", '[{"type":"function","name":"f"}]', '[ { "name": "f", "type": "function" } ]')).toBe(true);
  expect(same("maxTokens", "", "inf")).toBe(true);
  expect(same("instructions", "Sing", "Sing.")).toBe(false);
});

test("fields without a meaning are not shown", () => {
  const made = session();
  const shown = (name: Parameters<typeof applies>[0], change = {}, of = made): boolean => applies(name, { ...formOf(of), ...change }, of);
  expect([shown("threshold"), shown("eagerness"), shown("create")]).toEqual([true, false, true]);
  const semantic = { detection: "semantic_vad" };
  expect([shown("threshold", semantic), shown("eagerness", semantic), shown("idle", semantic)]).toEqual([false, true, false]);
  expect([shown("threshold", { detection: "off" }), shown("create", { detection: "off" })]).toEqual([false, false]);
  expect([shown("language"), shown("language", { transcription: "" })]).toEqual([true, false]);
  expect(shown("temperature")).toBe(false);
  const beta = session((raw) => {
    raw.temperature = 0.8;
    delete raw.audio.input.turn_detection.idle_timeout_ms;
  });
  expect([shown("temperature", {}, beta), shown("idle", {}, beta)]).toEqual([true, false]);
});

test("a session that only transcribes has settings of its input alone", () => {
  const made = session((raw) => {
    raw.type = "transcription";
    delete raw.audio.output;
    delete raw.audio.input.turn_detection.create_response;
  });
  const shown = (name: Parameters<typeof applies>[0]): boolean => applies(name, formOf(made), made);
  expect([shown("threshold"), shown("transcription"), shown("noise")]).toEqual([true, true, true]);
  expect([shown("instructions"), shown("voice"), shown("tools"), shown("create")]).toEqual([false, false, false, false]);
});

test("the summary is in the API's words", () => {
  expect(summaryOf(session())).toEqual(["server_vad", "threshold 0.5", "silence 500 ms", "prefix 300 ms", "voice marin"]);
  expect(summaryOf(session((raw) => (raw.audio.input.turn_detection = { type: "semantic_vad", eagerness: "high" })))).toEqual(["semantic_vad", "eagerness high", "voice marin"]);
  const silent = session((raw) => {
    raw.audio.input.turn_detection = null;
    raw.output_modalities = ["text"];
    raw.tools = [{ type: "function", name: "weather" }, { type: "function", name: "time" }];
  });
  expect(summaryOf(silent)).toEqual(["turn_detection null", "text only", "tools weather, time"]);
});

test("tools are told as a person calls them", () => {
  const properties = { city: { type: "string" }, unit: { type: "string" } };
  const tools = [
    { type: "function", name: "weather", description: "The weather.", parameters: { type: "object", properties, required: ["city"] } },
    { type: "function", name: "now" },
    { type: "mcp", server_label: "files", server_url: "https://files.example/mcp" },
  ];
  expect(toolsOf(JSON.stringify(tools))).toEqual([
    { name: "weather", signature: "weather(city, unit?)", description: "The weather." },
    { name: "now", signature: "now()", description: "" },
    { name: "files", signature: "files (MCP)", description: "https://files.example/mcp" },
  ]);
  expect(toolsOf("[{]")).toEqual([]);
});
