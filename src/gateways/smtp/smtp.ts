import Handlebars from 'handlebars';
import { z } from 'zod';
import {
  connection,
  defineAdapter,
  type CallItem,
  type Fault,
  type FaultCause,
  type ItemOutcome,
} from '../contract.js';
import { readMail, refOf } from './incoming.js';

const address = z.email();

/** `office@county.example` or `反诈中心 <office@county.example>`. */
const from = z
  .string()
  .refine(
    (text) => !/[\r\n]/.test(text) && address.safeParse(addressIn(text)).success,
    'an e-mail address, with or without a name',
  );
const addressIn = (text: string): string => /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();

const settings = z
  .strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535),
    /** TLS from the first byte; otherwise STARTTLS where the relay offers it. */
    secure: z.boolean().optional(),
    user: z.string().min(1).optional(),
    pass: z.string().min(1).optional(),
    from,
    /** Where "unsubscribe" goes: `mailto:…` or `https://…`; absent: a mail to the sender. */
    unsubscribe: z
      .union([z.url({ protocol: /^https$/ }), z.string().regex(/^mailto:[^\s<>]+$/, 'mailto:… or https://…')])
      .optional(),
    ...connection,
  })
  .refine(({ user, pass }) => (user === undefined) === (pass === undefined), {
    path: ['pass'],
    message: 'user and pass come together',
  })
  .transform((given) => ({ ...given, secure: given.secure ?? given.port === 465 }));
type Settings = z.output<typeof settings>;

/** Paragraphs of the text and nothing else: no picture, no script, nothing that reports that it was read. */
const htmlOf = (text: string): string => {
  const paragraphs = text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${Handlebars.escapeExpression(paragraph).replaceAll('\n', '<br>')}</p>`);
  return `<!doctype html><html lang="zh"><head><meta charset="utf-8"></head><body>${paragraphs.join('')}</body></html>`;
};

const subjectOf = ({ title, text }: CallItem): string =>
  (title || [...(text.split('\n')[0] ?? '')].slice(0, 40).join('')).replace(/[\r\n]+/g, ' ');

/**
 * What a refusal means. 4xx: not accepted, later perhaps. 5xx: not accepted, ever; the enhanced code (RFC 3463) says whether
 * the address or something else is to blame.
 */
function causeOf(code: number, text: string): FaultCause {
  if (code >= 400 && code < 500) return 'throttled';
  if ([530, 534, 535, 538].includes(code)) return 'settings';
  const [, subject] = /^\d{3}[ -]5\.(\d{1,3})\.\d{1,3}/.exec(text) ?? [];
  if (subject !== undefined) return subject === '1' ? 'recipient' : subject === '6' ? 'content' : 'refused';
  return [550, 551, 553, 556].includes(code) ? 'recipient' : 'refused';
}

const words = new Map([
  ['address', { zh: '邮箱地址无效', en: 'not an e-mail address' }],
  ['250', { zh: '邮件服务器已接收', en: 'taken by the relay' }],
  ['421', { zh: '邮件服务器暂不可用', en: 'the relay is not available' }],
  ['450', { zh: '邮箱暂不可用', en: 'the mailbox is not available now' }],
  ['451', { zh: '稍后再试（灰名单）', en: 'try again later (greylisting)' }],
  ['452', { zh: '邮件服务器空间不足', en: 'the relay has no space' }],
  ['530', { zh: '需要登录', en: 'a sign-in is needed' }],
  ['535', { zh: '账号或密码错误', en: 'wrong user or password' }],
  ['550', { zh: '邮箱不存在或拒收', en: 'no such mailbox, or it refuses' }],
  ['552', { zh: '邮箱已满', en: 'the mailbox is full' }],
  ['553', { zh: '邮箱名无效', en: 'the name of the mailbox is not allowed' }],
  ['554', { zh: '投递失败', en: 'the mail was refused' }],
  ['delivered 2.0.0', { zh: '已投入邮箱', en: 'delivered to the mailbox' }],
  ['expanded 2.0.0', { zh: '已转发至别名', en: 'handed on to an alias' }],
  ['relayed 2.0.0', { zh: '已转交，对方不再回报', en: 'handed on to a system that reports nothing' }],
  ['delayed 4.4.1', { zh: '延迟，仍在尝试', en: 'delayed, still being tried' }],
  ['failed 5.1.1', { zh: '邮箱不存在', en: 'no such mailbox' }],
  ['failed 5.2.2', { zh: '邮箱已满', en: 'the mailbox is full' }],
  ['failed 4.4.7', { zh: '在有效期内未能投递', en: 'not delivered in time' }],
]);

const noAddress: Fault = { cause: 'recipient', code: 'address', note: 'not an e-mail address' };

/** E-mail over a relay. The relay's 250 means taken, not read: a delivery stays awaiting until something better is known. */
export const smtp = defineAdapter<Settings>({
  id: 'smtp',
  title: { zh: '电子邮件', en: 'E-mail (SMTP)' },
  transport: 'smtp',
  channels: ['email'],
  settings,
  secrets: ['pass'],
  limits: { sameContent: 1, ownContent: 1, concurrent: 5 },
  correlation: 'ours',
  promises: { deduplicates: false, receipts: 'push' },
  words,
  server: ({ host, port, secure, user, pass }) => ({
    host,
    port,
    secure,
    ...(user === undefined ? {} : { user, pass: pass ?? '' }),
  }),
  refuses: ({ to }) => (address.safeParse(to).success ? null : noAddress),

  compose: (item, own) => {
    const sender = addressIn(own.from);
    const unsubscribe = own.unsubscribe ?? `mailto:${sender}?subject=unsubscribe`;
    return {
      deliveryId: item.deliveryId,
      envelope: { from: sender, to: item.to },
      headers: {
        From: own.from,
        'Message-ID': `<${refOf(item.deliveryId)}@${sender.split('@')[1] ?? 'localhost'}>`,
        'List-Unsubscribe': `<${unsubscribe}>`,
        'Auto-Submitted': 'auto-generated',
        Precedence: 'bulk',
      },
      subject: subjectOf(item),
      text: item.text,
      html: htmlOf(item.text),
      dsn: { id: refOf(item.deliveryId), notify: ['success', 'failure', 'delay'] },
    };
  },

  receive: (push) => readMail(push),

  decodeMail: (code, text, { deliveryId }): ItemOutcome =>
    code >= 200 && code < 300
      ? { deliveryId, ref: refOf(deliveryId) }
      : { deliveryId, fault: { cause: causeOf(code, text), code: String(code), note: text } },
});
