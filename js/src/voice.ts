import { openContext } from "./audio/context.ts";
import { type Device, type Devices, listDevices, NO_DEVICES } from "./audio/devices.ts";
import { Ear } from "./audio/ear.ts";
import { milliseconds } from "./audio/pcm.ts";
import { Sound, type Wire } from "./audio/sound.ts";
import type { FromPage } from "./messages.ts";
import { explain, HANDED_OVER, OTHER_LOUDSPEAKER, PAUSED, type Problem } from "./problem.ts";

/** What a voice needs of the link between this view and the kernel. */
export interface VoiceLink {
  /** The view's name. */
  readonly view: string;
  /** Never throws. */
  send(message: FromPage): void;
  /**
   * Hands a worklet's wire to the link's worker, in place of the one it had, if any; ports.ts says what each speaks.
   * What the kernel sends as `Sounds` goes to `playback`; `Heard` from there and `Spoken` from `capture` go to the
   * kernel; `Sounding` from `playback` goes to `capture`.
   */
  wire: Wire;
}

/** What a panel shows of a voice. */
export interface VoiceState {
  /** This view has microphone and loudspeaker. */
  readonly owned: boolean;
  /** The microphone is heard; `held`: for as long as a button is held. */
  readonly talking: boolean;
  readonly held: boolean;
  /** The microphone is open, but nothing of it is sent. */
  readonly standby: boolean;
  readonly muted: boolean;
  readonly halfDuplex: boolean;
  readonly echoCancellation: boolean;
  /** The chosen devices' ids; "" is the system's default. */
  readonly input: string;
  readonly output: string;
  readonly inputs: readonly Device[];
  readonly outputs: readonly Device[];
  readonly canChooseOutput: boolean;
  /** The audio context's rate, Hz; the worklets resample where it is not 24,000. Null where none is open. */
  readonly rate: number | null;
  /** How often sound came too late, and the silence that stood in for it, ms. */
  readonly underruns: number;
  readonly concealed_ms: number;
}

/** What a voice tells the panel it belongs to. */
export interface VoiceEvents {
  /** `state` is another. */
  changed: () => void;
  /** Levels, 0 to 1. */
  level: (levels: { microphone?: number; loudspeaker?: number }) => void;
  problem: (problem: Problem) => void;
}

/** Not every browser, nor TypeScript, knows it yet. */
type Sinking = AudioContext & { setSinkId(id: string): Promise<void> };

/**
 * Microphone and loudspeaker of one view. At most one view of a session owns them; the kernel says which. A view asks
 * for them with `start` and lets them go as soon as another one has them.
 */
export class Voice {
  readonly #link: VoiceLink;
  readonly #events: VoiceEvents;
  readonly #ear: Ear;
  #sound: Sound | null = null;
  #opening: Promise<Sound | null> | null = null;
  /** The sound before may still be telling what was heard of it. */
  #closing: Promise<void> = Promise.resolve();
  /** The view that the kernel has named. */
  #owner: string | null = null;
  /** Nobody has clicked for the sound that is open. */
  #unasked = false;
  #muted = false;
  #halfDuplex = false;
  #output = "";
  #devices: Devices = NO_DEVICES;
  #underruns = 0;
  #concealed = 0;

  constructor(link: VoiceLink, events: VoiceEvents) {
    this.#link = link;
    this.#events = events;
    this.#ear = new Ear({
      recorder: () => this.#sound?.recorder ?? null,
      reopen: (rate) => this.#reopen(rate),
      changed: () => this.#heardOtherwise(),
      problem: events.problem,
    });
    void this.#list();
  }

  get state(): VoiceState {
    const recorder = this.#sound?.recorder;
    const { input, echoCancellation } = this.#ear.wish;
    return {
      owned: this.#sound !== null && this.#owner === this.#link.view,
      talking: recorder?.mode === "talking",
      held: recorder?.held ?? false,
      standby: recorder?.mode === "standby",
      muted: this.#muted,
      halfDuplex: this.#halfDuplex,
      echoCancellation,
      input,
      output: this.#output,
      ...this.#devices,
      canChooseOutput: typeof window.AudioContext === "function" && "setSinkId" in AudioContext.prototype,
      rate: this.#sound?.context.sampleRate ?? null,
      underruns: this.#underruns,
      concealed_ms: Math.round(milliseconds(this.#concealed)),
    };
  }

  /** Opens the loudspeaker and asks for the session's sound. Call it in a click's handler. */
  async start(): Promise<void> {
    this.#unasked = false;
    if ((await this.#open()) !== null) this.#link.send({ type: "start" });
  }

  /** Opens the microphone until `hush`. Call it in a click's handler. */
  talk(): Promise<void> {
    return this.#talk(false);
  }

  /** Closes the microphone. */
  hush(): Promise<void> {
    return this.#ear.want("closed", false);
  }

  /** A button or key was pressed to talk. Call it in that event's handler. */
  async hold(): Promise<void> {
    if (this.#ear.wanted.mode !== "talking") await this.#talk(true);
  }

  /** The button or key was let go: the microphone stays open for a while, unheard. */
  async release(): Promise<void> {
    if (this.#ear.wanted.held) await this.#ear.want("standby", false);
  }

  /** Sends silence in place of what the microphone hears. */
  mute(on: boolean): void {
    this.#muted = on;
    this.#sound?.recorder.mute(on);
    this.#events.changed();
  }

  /** For loudspeakers: sends silence while the loudspeaker sounds. */
  halfDuplex(on: boolean): void {
    this.#halfDuplex = on;
    this.#sound?.recorder.halfDuplex(on);
    this.#events.changed();
  }

  /** Switches the browser's echo cancellation, noise suppression and gain control. */
  async echo(on: boolean): Promise<void> {
    const settled = this.#ear.change({ echoCancellation: on });
    this.#events.changed();
    await settled;
  }

  /** Chooses devices by their ids; "" is the system's default. */
  async choose({ input, output }: { input?: string; output?: string }): Promise<void> {
    const settled = input === undefined ? undefined : this.#ear.change({ input });
    if (output !== undefined) {
      this.#output = output;
      if (this.#sound !== null) await this.#sink(this.#sound);
    }
    this.#events.changed();
    await settled;
  }

  /** The kernel tells which view owns microphone and loudspeaker. */
  owner(view: string | null): void {
    if (view === this.#owner) return;
    const [had, has] = [this.#owner === this.#link.view, view === this.#link.view];
    this.#owner = view;
    if (had && !has) void this.#yield();
    else if (has && this.#sound === null && this.#opening === null) void this.#takeOver();
    this.#events.changed();
  }

  /** Ends the session: what was heard is told first. */
  async end(): Promise<void> {
    await this.#yield();
    // The kernel's word that nobody owns the sound must not undo a start that was clicked in the meantime.
    this.#owner = null;
    this.#link.send({ type: "end" });
  }

  /** Lets microphone, loudspeaker and audio context go, at once. */
  close(): void {
    this.#letGo()?.close();
  }

  async #talk(held: boolean): Promise<void> {
    this.#unasked = false;
    // It may be let go again before all is open.
    void this.#ear.want("talking", held);
    const sound = await this.#open();
    if (sound === null) this.#ear.close();
    else if (this.#owner !== this.#link.view) this.#link.send({ type: "start" });
    await this.#ear.settle();
  }

  /** Another view has taken over, or none is wanted: tells what was heard here and lets go. */
  #yield(): Promise<void> {
    const sound = this.#letGo();
    if (sound !== null) this.#closing = Promise.all([this.#closing, this.#tell(sound)]).then(() => sound.close());
    return this.#closing;
  }

  async #tell({ recorder, player }: Sound): Promise<void> {
    await Promise.all([recorder.mode === "closed" ? null : recorder.change("closed", false), player.flush()]);
  }

  /** The sound that was open, which is the caller's to close. The microphone is closed already. */
  #letGo(): Sound | null {
    const sound = this.#sound;
    this.#sound = null;
    this.#opening = null;
    this.#ear.close();
    this.#events.level({ microphone: 0, loudspeaker: 0 });
    this.#events.changed();
    return sound;
  }

  /** The view that had the sound is gone, and the kernel gave it to this one. */
  async #takeOver(): Promise<void> {
    this.#unasked = true;
    if (navigator.userActivation?.hasBeenActive === false) this.#events.problem(HANDED_OVER);
    else await this.#open();
  }

  #paused(ran: boolean): void {
    const refused = this.#unasked && !ran;
    this.#events.problem(refused ? HANDED_OVER : PAUSED);
    if (refused) this.close();
  }

  /** The sound, opened if there is none; null where that failed, or nobody wants it any more. */
  async #open(): Promise<Sound | null> {
    if (this.#sound !== null) {
      // A click may wake what was paused.
      this.#sound.context.resume().catch(() => {});
      return this.#sound;
    }
    this.#opening ??= this.#begin(undefined);
    return this.#opening;
  }

  /** Not after an await: a browser lets sound start in the click's own call only. */
  #begin(rate: number | null | undefined): Promise<Sound | null> {
    const opened = (async () => {
      const context = openContext(rate);
      await this.#closing;
      return Sound.open(context, (to, port) => this.#link.wire(to, port), {
        heard: (microphone) => this.#events.level({ microphone }),
        level: (loudspeaker) => this.#events.level({ loudspeaker }),
        underruns: (count, concealed) => {
          this.#underruns += count;
          this.#concealed += concealed;
          this.#events.changed();
        },
        paused: (ran) => this.#paused(ran),
      });
    })();
    const opening: Promise<Sound | null> = opened.then(
      (sound) => this.#opened(sound, opening),
      (error: unknown) => {
        if (this.#opening === opening) this.#opening = null;
        this.#events.problem(explain(error));
        return null;
      },
    );
    return opening;
  }

  async #opened(sound: Sound, opening: Promise<Sound | null>): Promise<Sound | null> {
    if (this.#opening !== opening) {
      // The view has let go in the meantime.
      sound.close();
      return null;
    }
    this.#opening = null;
    this.#sound = sound;
    sound.recorder.mute(this.#muted);
    sound.recorder.halfDuplex(this.#halfDuplex);
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#replugged(sound), { signal: sound.signal });
    if (this.#output !== "") await this.#sink(sound);
    this.#events.changed();
    return sound;
  }

  /** The browser refuses the microphone for the context's rate: what was heard is told, and a context of another rate opened. */
  async #reopen(rate: number | null): Promise<void> {
    const sound = this.#sound;
    if (sound === null) return;
    this.#sound = null;
    this.#closing = this.#tell(sound).then(() => sound.close());
    this.#opening = this.#begin(rate);
    if ((await this.#opening) === null) this.#ear.close();
  }

  async #replugged(sound: Sound): Promise<void> {
    await this.#list();
    sound.player.measure();
    const there = this.#output === "" || this.#devices.outputs.some(({ id }) => id === this.#output);
    if (there) return;
    this.#output = "";
    await this.#sink(sound);
    this.#events.problem(OTHER_LOUDSPEAKER);
  }

  async #sink(sound: Sound): Promise<void> {
    try {
      await (sound.context as Sinking).setSinkId(this.#output);
    } catch {
      this.#output = "";
      this.#events.problem(OTHER_LOUDSPEAKER);
    }
    sound.player.measure();
  }

  #heardOtherwise(): void {
    if (this.#sound?.recorder.mode === "closed") this.#events.level({ microphone: 0 });
    this.#events.changed();
    // The devices have names once a microphone was allowed.
    if (this.#devices.inputs.every(({ label }) => label === "")) void this.#list();
  }

  async #list(): Promise<void> {
    this.#devices = await listDevices().catch(() => NO_DEVICES);
    this.#events.changed();
  }
}
