import { CHUNK } from "./audio/ports.ts";
import { Replayer } from "./audio/replayer.ts";
import type { Both, Lang } from "./lang.ts";
import { Link } from "./link.ts";
import type { FromKernel, FromPage, Row } from "./messages.ts";
import { Conversation } from "./model/conversation.ts";
import { field, text } from "./model/events.ts";
import { Rows } from "./model/rows.ts";
import { SessionModel } from "./model/session.ts";
import { TurnClock } from "./model/turn.ts";
import { RoundTrip } from "./ping.ts";
import { explain, NO_KERNEL, Problem, problemOf, SILENT_KERNEL } from "./problem.ts";
import { checks } from "./readiness.ts";
import { SummaryHider } from "./summary.ts";
import { DISCONNECTED, follow, type PanelModel } from "./traits.ts";
import { pieces } from "./upload.ts";
import { Announcer } from "./view/announcer.ts";
import { ControlsView } from "./view/controls.ts";
import { ConversationView } from "./view/conversation.ts";
import { fold } from "./view/dom.ts";
import { catchFiles } from "./view/drop.ts";
import { EventsView } from "./view/events.ts";
import { Frame } from "./view/frame.ts";
import { holdToTalk } from "./view/hold.ts";
import { LanesView } from "./view/lanes.ts";
import { layOut } from "./view/layout.ts";
import { NoticeView } from "./view/notice.ts";
import { PreflightView } from "./view/preflight.ts";
import { SettingsView } from "./view/settings.ts";
import { StatusView } from "./view/status.ts";
import { Voice } from "./voice.ts";
import { Watchdog } from "./watchdog.ts";

/** What reaches the page's main thread; sound goes straight to the audio thread. */
type Told = Exclude<FromKernel["type"], "audio" | "audio.end" | "flush" | "relay">;
type Handlers = { [T in Told]: (message: Extract<FromKernel, { type: T }>) => void };

const EVENTS: Both<string> = { en: "Events", zh: "事件" };

/** ms without any answer after which the kernel counts as silent. */
const PATIENCE = 5000;
/** ms between two looks at the clock. */
const TICK = 1000;

/** The Playground in one view: models and views, and what goes between them and the kernel. */
export class Playground {
  readonly #element: HTMLElement;
  readonly #link: Link;
  readonly #voice: Voice;
  readonly #replayer = new Replayer(() => this.#draw());
  readonly #watchdog = new Watchdog(PATIENCE, () => this.#miss());
  readonly #roundTrip: RoundTrip;
  readonly #summary: SummaryHider;

  readonly #rows = new Rows((row, happened) => this.#add(row, happened));
  readonly #session = new SessionModel();
  #conversation = new Conversation();
  #clock = new TurnClock();

  readonly #frame: Frame;
  readonly #announcer: Announcer;
  readonly #status: StatusView;
  readonly #notice: NoticeView;
  readonly #conversationView: ConversationView;
  readonly #preflight: PreflightView;
  readonly #lanes: LanesView;
  readonly #controls: ControlsView;
  readonly #settings: SettingsView;
  readonly #events: EventsView;
  readonly #eventsFold: HTMLDetailsElement;

  #gone = false;
  /** The kernel has not answered in time. */
  #silent = false;
  #way: "relay" | "comm" | null = null;
  #why = "";
  #lostFrames = 0;
  #lostSamples = 0;
  /** The list of what a conversation needs: shown before the first word, and when it is asked for. */
  #checking: "before" | "asked" | "done" | null = null;
  /** From where a person wanted to hear the sound last. */
  #replayed: number | null = null;
  /** Ids of the `session.update` events that went out. */
  readonly #updates = new Set<string>();
  /** The settings that the form was last told of. */
  #shownSettings: { settings: unknown; open: boolean } | null = null;
  /** Why an update was refused that the form has still to be told of. */
  #refusal = "";

  constructor(model: PanelModel, element: HTMLElement, lang: Lang, signal: AbortSignal) {
    this.#element = element;
    this.#link = new Link(
      model,
      {
        receive: (message) => this.#receive(message),
        way: (way, why) => this.#set(() => ([this.#way, this.#why] = [way, why])),
        lost: (frames) => this.#set(() => (this.#lostFrames = frames)),
        gone: () => this.#lose(),
        renewed: () => this.#renew(),
      },
      signal,
    );
    this.#voice = new Voice(this.#link, {
      changed: () => this.#changed(),
      level: (levels) => this.#controls.level(levels),
      problem: (problem) => this.#notice.show(problem),
    });
    this.#roundTrip = new RoundTrip((ping) => this.#link.send(ping));
    this.#summary = new SummaryHider(model.get("summary_id"), signal);
    this.#announcer = new Announcer(lang);
    this.#status = new StatusView(lang);
    this.#notice = new NoticeView(lang, signal);
    const list = { again: () => void this.#check("asked"), close: () => this.#set(() => (this.#checking = "done")) };
    this.#preflight = new PreflightView(lang, list, signal);
    this.#conversationView = new ConversationView(
      lang,
      {
        look: ({ id, t }) => {
          this.#eventsFold.open = true;
          this.#events.revealItem(id);
          this.#lanes.reveal(t);
          this.#draw();
        },
        answer: (call_id, approved) => this.#ask({ type: approved ? "approve" : "deny", call_id }),
      },
      this.#preflight.element,
      signal,
    );
    this.#lanes = new LanesView(
      lang,
      {
        replay: (t) => this.#replay(t),
        pick: (index) => {
          this.#eventsFold.open = true;
          this.#events.reveal(index);
          this.#draw();
        },
      },
      signal,
    );
    this.#controls = new ControlsView(
      lang,
      {
        start: () => this.#act(() => this.#voice.start()),
        end: () => this.#act(() => this.#voice.end()),
        talk: () => this.#act(() => this.#voice.talk()),
        hush: () => this.#act(() => this.#voice.hush()),
        mute: (on) => this.#voice.mute(on),
        interrupt: () => this.#ask({ type: "interrupt" }),
        say: (words) => this.#ask({ type: "say", text: words }),
        files: (files) => void this.#upload(files),
        choose: (devices) => this.#act(() => this.#voice.choose(devices)),
        echo: (on) => this.#act(() => this.#voice.echo(on)),
        halfDuplex: (on) => this.#voice.halfDuplex(on),
        check: () => void this.#check("asked"),
      },
      signal,
    );
    this.#settings = new SettingsView(lang, { update: (session) => this.#ask({ type: "update", session }) }, signal);
    this.#events = new EventsView(
      lang,
      {
        look: (index) => this.#link.send({ type: "look", index }),
        jump: ({ t, item_id }) => {
          this.#lanes.reveal(t);
          if (item_id !== null) this.#conversationView.reveal(this.#conversation, item_id);
          this.#draw();
        },
      },
      signal,
    );
    this.#eventsFold = fold(EVENTS[lang], true, this.#events.element);
    this.#frame = new Frame(element, (now) => this.#paint(now), signal);
    layOut(element, lang, {
      ...{ spoken: this.#announcer.element, status: this.#status.element },
      ...{ notice: this.#notice.element, conversation: this.#conversationView.element },
      live: [this.#lanes.element, this.#controls.element, this.#settings.element, this.#eventsFold],
    });
    this.#listen(model, signal);
    this.#draw();
    this.#ask({ type: "join" });
    if (element.classList.contains(DISCONNECTED)) this.#lose();
  }

  #listen(model: PanelModel, signal: AbortSignal): void {
    follow(model, "echo_cancellation", (on) => void this.#voice.echo(on), signal);
    follow(model, "half_duplex", (on) => this.#voice.halfDuplex(on), signal);
    const held = { hold: () => this.#act(() => this.#voice.hold()), release: () => this.#act(() => this.#voice.release()) };
    holdToTalk(this.#controls.hold, this.#element, held, signal);
    catchFiles(this.#element, { ready: () => this.#session.open && !this.#gone, take: (files) => void this.#upload(files) }, signal);
    const tick = setInterval(() => this.#session.open && this.#draw(), TICK);
    const end = (): void => {
      clearInterval(tick);
      this.#watchdog.heard();
      this.#replayer.stop();
      void this.#voice.close();
    };
    signal.addEventListener("abort", end, { once: true });
  }

  // What a person does ----------------------------------------------------------------------------------------------

  /** Sends what needs the kernel's answer, and says so where none comes. */
  #ask(message: FromPage): void {
    this.#notice.clear();
    this.#watchdog.asked();
    this.#link.send(message);
  }

  /** Does what needs sound; not after an await, since a browser lets sound start in the click's own call only. */
  #act(action: () => void | Promise<void>): void {
    this.#notice.clear();
    this.#replayer.stop();
    void Promise.resolve(action()).catch((error: unknown) => this.#notice.show(explain(error)));
  }

  /** Plays what was said from `t` on; where that is playing, stops it. */
  #replay(t: number): void {
    const again = this.#replayer.at !== null && t === this.#replayed;
    this.#replayer.stop();
    this.#replayed = again ? null : t;
    if (!again) this.#ask({ type: "replay", t });
    this.#draw();
  }

  async #upload(files: File[]): Promise<void> {
    this.#notice.clear();
    try {
      for (const file of files) {
        for await (const piece of pieces(file)) this.#link.send(piece);
      }
      this.#watchdog.asked();
    } catch (error) {
      this.#notice.show(explain(error));
    }
  }

  /** Looks whether everything is there that a conversation needs. */
  async #check(why: "before" | "asked"): Promise<void> {
    this.#set(() => (this.#checking = why));
    this.#preflight.show(await checks(this.#roundTrip, PATIENCE, () => this.#waits));
    if (why === "asked") this.#preflight.element.scrollIntoView({ block: "nearest" });
  }

  // What the kernel tells -------------------------------------------------------------------------------------------

  #receive(message: FromKernel): void {
    this.#watchdog.heard();
    this.#silent = false;
    this.#notice.clear(SILENT_KERNEL);
    const handler = this.#handlers[message.type as Told] as ((message: FromKernel) => void) | undefined;
    handler?.(message);
  }

  readonly #handlers: Handlers = {
    session: (message) => {
      this.#summary.hide();
      this.#gone = false;
      this.#session.state(message, performance.now());
      if (!this.#session.open) void this.#voice.hush();
      this.#voice.owner(message.owner);
      this.#changed();
    },
    history: ({ rows, done }) => {
      this.#rows.history(rows, done);
      if (done && this.#checking === null && this.#conversation.empty) void this.#check("before");
    },
    happened: ({ row }) => this.#rows.happened(row),
    lost: ({ samples }) => this.#set(() => (this.#lostSamples = samples)),
    replayed: ({ t, data }) => this.#replayer.play(t, data),
    looked: ({ index, json }) => this.#events.looked(index, json),
    pong: ({ id }) => this.#roundTrip.pong(id),
    problem: ({ text: what }) => {
      this.#conversationView.reopen();
      this.#notice.show(Problem.said(what));
    },
  };

  /** Takes the next row of the log; where it has just happened, a person is told what is to be told. */
  #add(row: Row, happened: boolean): void {
    this.#session.add(row);
    this.#conversation.add(row);
    this.#clock.add(row);
    this.#lanes.add(row);
    this.#events.add(row);
    this.#draw();
    const finished = this.#conversation.finished.splice(0);
    if (!happened) return;
    for (const { role, text: words } of finished) this.#announcer.transcript(this.#conversationView.speaker(role), words);
    if (row.event.type === "rt.playback.flushed") this.#announcer.interrupted();
    if (row.event.type === "rt.tool.waiting") this.#announcer.asked(text(row.event.name));
    if (row.event.type === "session.update") this.#updates.add(text(row.event.event_id));
    // What was asked for is refused: the form shows again what holds.
    if (this.#updates.has(text(field(row.event.error, "event_id")))) {
      this.#shownSettings = null;
      this.#refusal = text(field(row.event.error, "message"));
    }
    const problem = problemOf(row);
    const error = row.event.error ?? field(field(row.event.response, "status_details"), "error");
    if (problem !== null) this.#notice.show(problem, text(field(error, "code")));
  }

  /** Everything comes anew. */
  #renew(): void {
    this.#rows.clear();
    this.#session.clear();
    this.#conversation = new Conversation();
    this.#conversation.moved = true;
    this.#clock = new TurnClock();
    this.#lanes.clear();
    this.#events.clear();
    this.#lostFrames = this.#lostSamples = 0;
    this.#draw();
  }

  /** The kernel that this panel belongs to is no more: another one knows nothing of it. */
  #lose(): void {
    this.#watchdog.heard();
    this.#gone = true;
    void this.#voice.close();
    this.#lack(NO_KERNEL);
  }

  /** The kernel does not answer; it may be another one, which knows nothing of this panel. */
  #miss(): void {
    this.#silent = true;
    this.#lack(SILENT_KERNEL);
  }

  /** A panel that never had a kernel in this page tells so in the conversation's place, and hides no summary. */
  #lack(problem: Problem): void {
    if (this.#absent !== null) this.#summary.show();
    else this.#notice.show(problem);
    this.#changed();
  }

  // What is shown ---------------------------------------------------------------------------------------------------

  /** Why there is no kernel, where there was none as long as this page knows the panel. */
  get #absent(): "gone" | "silent" | null {
    if (this.#session.info !== null) return null;
    return this.#gone ? "gone" : this.#silent ? "silent" : null;
  }

  /** What is said waits for the cell that is running. */
  get #waits(): boolean {
    return this.#way === "comm" && !this.#gone && this.#session.busy;
  }

  #set(change: () => void): void {
    change();
    this.#draw();
  }

  /** Session or sound are in another state: a screen reader is told at once, also where nothing is drawn. */
  #changed(): void {
    const { talking, muted } = this.#voice.state;
    if (talking) this.#checking = "done";
    const open = this.#session.info === null ? null : this.#session.open && !this.#gone;
    this.#announcer.state({ open, listening: talking, muted });
    this.#draw();
  }

  #draw(): void {
    this.#frame.ask();
  }

  #paint(now: number): void {
    const session = this.#session;
    const voice = this.#voice.state;
    const open = session.open && !this.#gone;
    const elsewhere = open && session.owner !== null && !voice.owned;
    this.#element.classList.toggle("rt-offline", this.#absent !== null);
    this.#status.show({
      ...{ info: session.info, gone: this.#gone, elsewhere, latency_ms: this.#clock.latency_ms, voice_ms: this.#clock.voice_ms },
      ...{ elapsed: session.elapsed(now), left: session.left(Date.now() / 1000), way: this.#way, why: this.#why, waits: this.#waits },
      ...{ underruns: voice.underruns, concealed_ms: voice.concealed_ms },
      lost: this.#lostFrames + Math.ceil(this.#lostSamples / CHUNK),
    });
    const known = session.info === null ? "waiting" : open ? "open" : "closed";
    const { held, muted, owned: mine } = voice;
    const talking = voice.talking && !held;
    const controls = { mine, elsewhere, talking, held, muted, answering: session.answering, sound: voice };
    this.#controls.show({ session: this.#gone ? "gone" : known, ...controls });
    // Nobody needs the list of needs who is in conversation.
    if (this.#checking === "before" && !this.#conversation.empty) this.#checking = "done";
    this.#preflight.element.hidden = this.#absent !== null || (this.#checking !== "before" && this.#checking !== "asked");
    this.#conversationView.show(this.#conversation, this.#absent, open ? session.now(now) : null);
    const { settings } = session;
    if (this.#shownSettings?.settings !== settings || this.#shownSettings.open !== open) {
      this.#shownSettings = { settings, open };
      this.#settings.show(settings, open, this.#refusal);
      this.#refusal = "";
    }
    this.#lanes.playing(this.#replayer.at);
    this.#lanes.draw(session.now(now));
    this.#events.draw();
    if (this.#replayer.at !== null) this.#draw();
  }
}
