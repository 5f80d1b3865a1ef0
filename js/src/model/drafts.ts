import { applies, check, type Form, formOf, type Name, NAMES, same, type Session, updateOf, type Wrong } from "./settings.ts";

/** How a field stands to the session. */
export type Standing =
  /** It shows what is in effect. */
  | { kind: "effective" }
  /** A person is changing it. */
  | { kind: "typed" }
  /** It cannot be sent. */
  | { kind: "wrong"; wrong: Wrong }
  /** It went out; the server has not answered. */
  | { kind: "sent" }
  /** The server kept another value than this one; why is in its own words, where it gave any. */
  | { kind: "refused"; wanted: string; why: string };

/**
 * What a person wants the settings to be, beside what they are. The server answers updates in order, each with a new
 * session object, or with an error, after which the session object is still the same.
 */
export class Drafts {
  #session: Session | null = null;
  #effective: Form | null = null;
  readonly #typed = new Map<Name, string>();
  /** Typed texts that were to be sent and could not. */
  readonly #wrong = new Set<Name>();
  /** Updates under way, oldest first. */
  #sent: Map<Name, string>[] = [];
  readonly #refused = new Map<Name, { wanted: string; why: string }>();

  /** The session as the server last reported it. The same object once more: the oldest update was refused, and `why`. */
  report(session: Session | null, why = ""): void {
    const another = session?.id !== this.#session?.id;
    if (session !== this.#session) {
      this.#session = session;
      this.#effective = session === null ? null : formOf(session);
    }
    if (another) this.forget();
    for (const [name, wanted] of this.#sent.shift() ?? []) this.#refused.set(name, { wanted, why });
    for (const [name, { wanted }] of this.#refused) {
      if (this.#waiting(name) !== undefined || same(name, wanted, this.effective(name))) this.#refused.delete(name);
    }
  }

  /** Nothing that is under way will be answered any more, and nothing is left to be said of what was. */
  forget(): void {
    this.#sent = [];
    this.#refused.clear();
  }

  type(name: Name, words: string): void {
    this.#typed.set(name, words);
    this.#refused.delete(name);
    if (check(name, words) === null) this.#wrong.delete(name);
  }

  /** Takes back what was typed. */
  drop(name: Name): void {
    this.#typed.delete(name);
    this.#wrong.delete(name);
  }

  /** The update that makes a field's text effective; null where there is nothing to send, or it cannot be sent. */
  send(name: Name): Session | null {
    const words = this.#typed.get(name);
    if (words === undefined || this.#session === null) return null;
    if (check(name, words) !== null) {
      this.#wrong.add(name);
      return null;
    }
    this.drop(name);
    if (same(name, words, this.value(name))) return null;
    this.#sent.push(new Map([[name, words]]));
    return updateOf([name], this.#form(), this.#session);
  }

  /** What is in effect. */
  effective(name: Name): string {
    return this.#effective?.[name] ?? "";
  }

  /** What the field shows. */
  value(name: Name): string {
    return this.#typed.get(name) ?? this.#waiting(name) ?? this.effective(name);
  }

  standing(name: Name): Standing {
    const typed = this.#typed.get(name);
    const wrong = typed !== undefined && this.#wrong.has(name) ? check(name, typed) : null;
    if (wrong !== null) return { kind: "wrong", wrong };
    if (typed !== undefined && typed !== this.effective(name)) return { kind: "typed" };
    if (this.#waiting(name) !== undefined) return { kind: "sent" };
    const refused = this.#refused.get(name);
    return refused === undefined ? { kind: "effective" } : { kind: "refused", ...refused };
  }

  /** Says whether a field means anything now. */
  applies(name: Name): boolean {
    return this.#session !== null && applies(name, this.#form(), this.#session);
  }

  /** The text that is under way, the newest where there are several. */
  #waiting(name: Name): string | undefined {
    return this.#sent.findLast((update) => update.has(name))?.get(name);
  }

  /** What the settings are once everything that is under way has arrived. */
  #form(): Form {
    return Object.fromEntries(NAMES.map((name) => [name, this.#waiting(name) ?? this.effective(name)])) as Form;
  }
}
