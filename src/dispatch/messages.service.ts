import { Injectable } from '@nestjs/common';
import {
  compileTemplate,
  composeSms,
  Library,
  officeVariables,
  renderScript,
  smsParts,
  type Script,
  type Sentence,
} from '../library/index.js';
import { Gateways, type Gateway } from '../gateways/index.js';
import { Config, Vault } from '../platform/index.js';

/** A message as its recipient will see it. */
export interface Message {
  readonly title?: string;
  readonly text: string;
  /** SMS parts, signature and opt-out suffix counted; 1 on the other channels. */
  readonly parts: number;
  /** Keyed digest of title and text: equal messages are equal, and nobody can guess a text from it. */
  readonly digest: string;
  /** Sealed JSON of the personal variables that went in; null where the text is the same for everybody. */
  readonly variables: string | null;
}

export interface PersonalVariables {
  readonly name?: string;
  readonly township?: string;
}

/** What goes round the script's own words; the plan decides it, the delivery keeps it. */
export interface Around {
  readonly personal?: PersonalVariables;
  /** True where the opt-out suffix goes with this SMS. */
  readonly hasSuffix?: boolean;
  /** The reviewed sentence for whoever reads another language better. */
  readonly sentence?: Sentence | null;
}

const PERSONAL = ['name', 'township'] as const;
/** A call's text has to stay below it (Aliyun's TTS takes fewer than 250 characters); a sentence that does not fit is left out. */
const LONGEST_SPOKEN = 250;

/** The script version of a message without a script. */
export const NO_SCRIPT = 0;
/** In the place of what was erased with its person. */
const ERASED: PersonalVariables = { name: '〔已删除〕', township: '〔已删除〕' };
const TEST_MARK = '（测试）';
/** Stands in every message of a rehearsal, whatever its channel. */
const PRACTICE_MARK = '（演练）';

type StoredVariables = PersonalVariables & { readonly test?: string; readonly answer?: string };

/** Turns a script into the message of one recipient, and back again from what is stored: a text is never kept in clear. */
@Injectable()
export class Messages {
  private readonly office: Record<string, string>;
  private readonly common = new Map<string, Message>();
  /** Goes before every text; a database is a rehearsal for ever or never, so a stored message is recalled as it went out. */
  private readonly mark: string;

  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly library: Library,
    private readonly gateways: Gateways,
  ) {
    this.office = officeVariables(config);
    this.mark = config.settings.practice ? PRACTICE_MARK : '';
  }

  isPersonal(script: Script): boolean {
    return PERSONAL.some((name) => script.variables.includes(name));
  }

  /** Throws the library's MissingVariable where the script names one that this person lacks. */
  compose(script: Script, gateway: Gateway, around: Around = {}): Message {
    if (this.isPersonal(script)) return this.composed(script, gateway, around);
    const key = `${script.versionId}:${gateway.key}:${around.hasSuffix ? 1 : 0}:${around.sentence?.id ?? ''}`;
    const known = this.common.get(key);
    if (known) return known;
    if (this.common.size > 5000) this.common.clear();
    const made = this.composed(script, gateway, around);
    this.common.set(key, made);
    return made;
  }

  /** A test says so in its text, so that nobody who sees it takes it for the real one. */
  composeTest(script: Script, gateway: Gateway): Message {
    return this.composed(script, gateway, { hasSuffix: this.hasSuffixes }, true);
  }

  /** False where the opt-out suffix never goes out. */
  get hasSuffixes(): boolean {
    return this.config.settings.library.optOutSuffixWhen !== 'never';
  }

  /** The one message that no script stands behind: the fixed answer of the settings, kept with its delivery as it went out. */
  composeAnswer(text: string, gateway: Gateway): Message {
    const whole = composeSms({ signature: gateway.signature, body: this.mark + text, suffix: '' });
    return {
      text: whole,
      parts: smsParts(whole, gateway).parts,
      digest: this.vault.index('content', whole),
      variables: this.vault.seal(JSON.stringify({ answer: text })),
    };
  }

  private storedAnswer(variables: string | null, gateway: Gateway | null): string {
    const { answer = '' } = variables ? (JSON.parse(this.vault.open(variables)) as StoredVariables) : {};
    return composeSms({ signature: gateway?.signature ?? '', body: this.mark + answer, suffix: '' });
  }

  private composed(script: Script, gateway: Gateway, around: Around, isTest = false): Message {
    const { personal = {} } = around;
    const used: StoredVariables = {
      ...Object.fromEntries(
        PERSONAL.filter((name) => script.variables.includes(name) && personal[name]).map((name) => [
          name,
          personal[name]!,
        ]),
      ),
      ...(isTest ? { test: TEST_MARK } : {}),
    };
    const { title, text } = this.filledIn(script, gateway, { stored: used, ...around });
    return {
      ...(title === undefined ? {} : { title }),
      text,
      parts: script.channel === 'sms' ? smsParts(text, gateway).parts : 1,
      digest: this.vault.index('content', `${title ?? ''}\n${text}`),
      variables: Object.keys(used).length > 0 ? this.vault.seal(JSON.stringify(used)) : null,
    };
  }

  private filledIn(
    script: Script,
    gateway: Gateway | null,
    { stored, hasSuffix = false, sentence = null }: Omit<Around, 'personal'> & { readonly stored: StoredVariables },
  ): { title?: string; text: string } {
    const { test = '', ...personal } = stored;
    const { title, text } = renderScript(script, { ...this.office, ...personal });
    const isSms = script.channel === 'sms';
    const isSpoken = script.channel === 'voice';
    const added = sentence
      ? `${isSms || isSpoken ? ' ' : '\n\n'}${compileTemplate(sentence.text).render(this.office)}`
      : '';
    const before = this.mark + test;
    const more = isSpoken && before.length + text.length + added.length >= LONGEST_SPOKEN ? '' : added;
    // A group shows the text alone; the title is only in a phone's notification, and a title is what makes people read.
    const heading = script.channel === 'chat' && title ? `**${title}**\n\n` : '';
    const body = before + heading + text + more;
    const whole = isSms && gateway ? this.signed(body, gateway, hasSuffix) : body;
    return { ...(title === undefined ? {} : { title }), text: whole };
  }

  private signed(body: string, gateway: Gateway, hasSuffix: boolean): string {
    const { optOutSuffix } = this.config.settings.library;
    return composeSms({ signature: gateway.signature, body, suffix: hasSuffix ? optOutSuffix : '' });
  }

  /** What is handed to the gateway: without the signature where the platform adds it. */
  handedOver(text: string, gateway: Gateway, channel: string): string {
    const { signature } = gateway;
    return channel === 'sms' && gateway.signatureBy === 'platform' && signature && text.startsWith(signature)
      ? text.slice(signature.length)
      : text;
  }

  /** Recomputes the message of a stored delivery from its script version, its sealed variables, its suffix and its sentence. */
  async recall(delivery: StoredMessage): Promise<{ title?: string; text: string }> {
    const gateway = this.gateways.get(delivery.gateway);
    if (delivery.scriptVersionId === NO_SCRIPT) return { text: this.storedAnswer(delivery.variables, gateway) };
    const script = await this.library.version(delivery.scriptVersionId);
    if (!script) throw new Error(`script version ${delivery.scriptVersionId} is gone`);
    const around = {
      hasSuffix: delivery.suffixMonth !== null,
      sentence: await this.sentenceOf(delivery.sentenceId),
    };
    if (delivery.variables === null && gateway && !this.isPersonal(script)) {
      const { title, text } = this.compose(script, gateway, around);
      return { ...(title === undefined ? {} : { title }), text };
    }
    const stored = delivery.variables ? (JSON.parse(this.vault.open(delivery.variables)) as StoredVariables) : ERASED;
    return this.filledIn(script, gateway, { stored, ...around });
  }

  /** The same for a batch: what is the same for all who get it is made once. */
  async recallAll(deliveries: readonly StoredMessage[]): Promise<{ title?: string; text: string }[]> {
    const common = new Map<string, { title?: string; text: string }>();
    const made: { title?: string; text: string }[] = [];
    for (const delivery of deliveries) {
      const { scriptVersionId, variables, gateway, suffixMonth, sentenceId } = delivery;
      const key = `${scriptVersionId}:${gateway}:${suffixMonth === null ? 0 : 1}:${sentenceId ?? ''}`;
      const known = variables === null ? common.get(key) : undefined;
      const message = known ?? (await this.recall(delivery));
      if (variables === null && !known) common.set(key, message);
      made.push(message);
    }
    return made;
  }

  /** What a stored delivery would be as a message of another gateway. */
  async measured(
    delivery: StoredMessage & { readonly channel: string },
    gateway: Gateway,
  ): Promise<Pick<Message, 'digest' | 'parts'>> {
    const { title, text } = await this.recall({ ...delivery, gateway: gateway.key });
    return {
      parts: delivery.channel === 'sms' ? smsParts(text, gateway).parts : 1,
      digest: this.vault.index('content', delivery.scriptVersionId === NO_SCRIPT ? text : `${title ?? ''}\n${text}`),
    };
  }

  /** A wording as people see it, with marks in the place of what is another for each of them. */
  async shown(
    script: Script,
    of: Pick<StoredMessage, 'gateway' | 'suffixMonth' | 'sentenceId'>,
    marks: Required<PersonalVariables>,
  ): Promise<{ title?: string; text: string }> {
    return this.marked(script, { ...of, sentence: await this.sentenceOf(of.sentenceId) }, marks);
  }

  marked(
    script: Script,
    of: Pick<StoredMessage, 'gateway' | 'suffixMonth'> & { readonly sentence?: Sentence | null },
    marks: Required<PersonalVariables>,
  ): { title?: string; text: string } {
    const { sentence = null } = of;
    return this.filledIn(script, this.gateways.get(of.gateway), {
      stored: marks,
      hasSuffix: of.suffixMonth !== null,
      sentence,
    });
  }

  private async sentenceOf(id: number | null): Promise<Sentence | null> {
    if (id === null) return null;
    const text = await this.library.sentence(id);
    if (text === null) throw new Error(`sentence ${id} is gone`);
    return { id: Number(id), language: '', text };
  }
}

/** What a delivery keeps of its message. */
export interface StoredMessage {
  readonly scriptVersionId: number;
  readonly variables: string | null;
  readonly gateway: string;
  /** The county month (202611) whose first SMS this was, where the opt-out suffix went with it. */
  readonly suffixMonth: number | null;
  readonly sentenceId: number | null;
}
