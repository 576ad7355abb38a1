import { Injectable } from '@nestjs/common';
import { composeSms, Library, officeVariables, renderScript, smsParts, type Script } from '../library/index.js';
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

const PERSONAL = ['name', 'township'] as const;
const TEST_MARK = '（测试）';

type StoredVariables = PersonalVariables & { readonly test?: string };

/** Turns a script into the message of one recipient, and back again from what is stored: a text is never kept in clear. */
@Injectable()
export class Messages {
  private readonly office: Record<string, string>;
  private readonly common = new Map<string, Message>();

  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly library: Library,
    private readonly gateways: Gateways,
  ) {
    this.office = officeVariables(config);
  }

  isPersonal(script: Script): boolean {
    return PERSONAL.some((name) => script.variables.includes(name));
  }

  /** Throws the library's MissingVariable where the script names one that this person lacks. */
  compose(script: Script, gateway: Gateway, personal: PersonalVariables = {}): Message {
    if (this.isPersonal(script)) return this.composed(script, gateway, personal);
    const key = `${script.versionId}:${gateway.key}`;
    const known = this.common.get(key);
    if (known) return known;
    if (this.common.size > 5000) this.common.clear();
    const made = this.composed(script, gateway, {});
    this.common.set(key, made);
    return made;
  }

  /** A test says so in its text, so that nobody who sees it takes it for the real one. */
  composeTest(script: Script, gateway: Gateway): Message {
    return this.composed(script, gateway, {}, true);
  }

  private composed(script: Script, gateway: Gateway, personal: PersonalVariables, isTest = false): Message {
    const used: StoredVariables = {
      ...Object.fromEntries(
        PERSONAL.filter((name) => script.variables.includes(name) && personal[name]).map((name) => [
          name,
          personal[name]!,
        ]),
      ),
      ...(isTest ? { test: TEST_MARK } : {}),
    };
    const { title, text } = this.filledIn(script, gateway, used);
    return {
      ...(title === undefined ? {} : { title }),
      text,
      parts: script.channel === 'sms' ? smsParts(text).parts : 1,
      digest: this.vault.index('content', `${title ?? ''}\n${text}`),
      variables: Object.keys(used).length > 0 ? this.vault.seal(JSON.stringify(used)) : null,
    };
  }

  private filledIn(script: Script, gateway: Gateway | null, stored: StoredVariables): { title?: string; text: string } {
    const { test = '', ...personal } = stored;
    const { title, text: body } = renderScript(script, { ...this.office, ...personal });
    const text = script.channel === 'sms' && gateway ? this.signed(test + body, gateway) : test + body;
    return { ...(title === undefined ? {} : { title }), text };
  }

  private signed(body: string, gateway: Gateway): string {
    const { optOutSuffix, optOutSuffixWhen } = this.config.settings.library;
    return composeSms({
      signature: gateway.signature ?? '',
      body,
      suffix: optOutSuffixWhen === 'every' ? optOutSuffix : '',
    });
  }

  /** What is handed to the gateway: without the signature where the platform adds it. */
  handedOver(text: string, gateway: Gateway, channel: string): string {
    const { signature } = gateway;
    return channel === 'sms' && gateway.signatureBy === 'platform' && signature && text.startsWith(signature)
      ? text.slice(signature.length)
      : text;
  }

  /** Recomputes the message of a stored delivery from its script version and its sealed variables. */
  async recall(delivery: {
    scriptVersionId: number;
    variables: string | null;
    gateway: string;
  }): Promise<{ title?: string; text: string }> {
    const script = await this.library.version(delivery.scriptVersionId);
    const gateway = this.gateways.get(delivery.gateway);
    if (!script) throw new Error(`script version ${delivery.scriptVersionId} is gone`);
    if (delivery.variables === null && gateway) {
      const { title, text } = this.compose(script, gateway);
      return { ...(title === undefined ? {} : { title }), text };
    }
    const stored = delivery.variables ? (JSON.parse(this.vault.open(delivery.variables)) as StoredVariables) : {};
    return this.filledIn(script, gateway, stored);
  }
}
