import type { Uplink } from '../contract.js';

/** How mail programs mark a subject that somebody else wrote: an answer to it, or the handing on of it. */
const ANSWERED = /^(?:\s*(?:re|aw|sv|fwd?|回复|回覆|答复|答覆|转发|轉發)\s*(?:\[\d{1,3}\])?\s*[:：])+\s*/i;

/** The first line of what a mail program puts below an answer: the mail that it answers, or a signature. */
const QUOTE_BEGINS = [
  /^>/,
  /^--\s*$/,
  /^[-_—=*]{5,}/,
  /^-{2,}\s*(?:原始邮件|回复的邮件|转发邮件|转发的邮件|original message|forwarded message)/i,
  /^(?:发件人|寄件者|from|sent)\s*[:：]/i,
  /(?:写道|寫道|wrote)\s*[:：]\s*$/i,
  /^on\b.{0,200}<[^>]+@[^>]+>/i,
  /^(?:发自|来自|sent from|get outlook)/i,
];

/** Somebody's own words are few; beyond this the mailbox has them. */
const SHOWN = 200;
/** What is looked at to find where they end, so that no mail can be written to keep us busy. */
const READ = 20_000;
const LINE = 400;
/** A word that the end of what is shown cuts in two stands whole in what is beyond. */
const OVERLAP = 20;
/** In the place of words where a mail has none of its own: a picture, an HTML page, a quotation alone. */
const NO_WORDS = '（无正文文字，请在邮箱中查看）';

function ownLines(text: string): string[] {
  const lines = text
    .slice(0, READ)
    .split('\n')
    .map((line) => line.trim());
  const end = lines.findIndex((line) => QUOTE_BEGINS.some((begins) => begins.test(line.slice(0, LINE))));
  return (end < 0 ? lines : lines.slice(0, end)).filter((line) => line !== '');
}

/**
 * What the sender of a mail says and did not quote: the subject unless it is that of the mail answered or handed on, and the text
 * above the quotation. A refusal may stand in the subject or be the first line, so each of these is one statement.
 */
export function ownWords(mail: {
  readonly subject: string;
  readonly text: string;
  /** True where the mail names one that it answers: its subject may be ours without a mark. */
  readonly isAnswer: boolean;
}): Pick<Uplink, 'text' | 'statements' | 'beyond'> {
  const subject = mail.subject.replace(ANSWERED, '').trim();
  const isOwnSubject = !mail.isAnswer && !ANSWERED.test(mail.subject);
  const lines = ownLines(mail.text);
  const said = [...(isOwnSubject && subject !== '' ? [subject] : []), ...lines].join('\n');
  const statements = [subject, lines[0] ?? ''].filter((one) => one !== '').map((one) => one.slice(0, SHOWN));
  if (said === '') return { text: NO_WORDS, statements };
  return {
    text: said.slice(0, SHOWN),
    statements,
    ...(said.length > SHOWN ? { beyond: said.slice(SHOWN - OVERLAP) } : {}),
  };
}
