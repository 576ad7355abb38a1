/** What the server does after a line: says something, waits for the mail's text, takes a mail, or hangs up. */
export type Step =
  | { kind: 'reply'; reply: string }
  | { kind: 'silent' }
  | { kind: 'mail'; from: string; to: string[]; raw: string }
  | { kind: 'bye'; reply: string };

const MAX_MAIL_CHARS = 16 * 1024 * 1024;
const reply = (text: string): Step => ({ kind: 'reply', reply: text });

/** The SMTP conversation of one connection, line by line (RFC 5321, as much as nodemailer uses). Lines are latin1, without CRLF. */
export class SmtpSession {
  private from: string | undefined;
  private to: string[] = [];
  private data: string[] | undefined;
  private dataChars = 0;
  private authLinesLeft = 0;

  line(line: string): Step {
    if (this.data) return this.dataLine(this.data, line);
    if (this.authLinesLeft > 0) return this.authLine();
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    switch (verb) {
      case 'EHLO':
        this.reset();
        return reply(
          '250-simulator greets you\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 16777216',
        );
      case 'HELO':
        this.reset();
        return reply('250 simulator');
      case 'AUTH':
        return this.auth(line);
      case 'MAIL':
        return this.mail(line);
      case 'RCPT':
        return this.rcpt(line);
      case 'DATA':
        return this.startData();
      case 'RSET':
        this.reset();
        return reply('250 2.0.0 ok');
      case 'NOOP':
        return reply('250 2.0.0 ok');
      case 'QUIT':
        return { kind: 'bye', reply: '221 2.0.0 bye' };
      default:
        return reply('502 5.5.2 command not recognised');
    }
  }

  /** Any user may sign in: the simulator keeps no mail accounts. */
  private auth(line: string): Step {
    const [, method = '', initial] = line.split(' ');
    const kind = method.toUpperCase();
    if (kind !== 'PLAIN' && kind !== 'LOGIN') return reply('504 5.5.4 mechanism not supported');
    this.authLinesLeft = (kind === 'PLAIN' ? 1 : 2) - (initial ? 1 : 0);
    if (this.authLinesLeft === 0) return reply('235 2.7.0 welcome');
    return reply(kind === 'PLAIN' ? '334 ' : this.authLinesLeft === 2 ? '334 VXNlcm5hbWU6' : '334 UGFzc3dvcmQ6');
  }

  private authLine(): Step {
    this.authLinesLeft -= 1;
    return reply(this.authLinesLeft > 0 ? '334 UGFzc3dvcmQ6' : '235 2.7.0 welcome');
  }

  private mail(line: string): Step {
    const from = /^MAIL FROM:\s*<([^>]*)>/i.exec(line)?.[1];
    if (from === undefined) return reply('501 5.5.4 syntax: MAIL FROM:<address>');
    if (this.from !== undefined) return reply('503 5.5.1 a mail is open already');
    this.from = from;
    return reply('250 2.1.0 ok');
  }

  private rcpt(line: string): Step {
    const to = /^RCPT TO:\s*<([^>]+)>/i.exec(line)?.[1];
    if (to === undefined) return reply('501 5.5.4 syntax: RCPT TO:<address>');
    if (this.from === undefined) return reply('503 5.5.1 MAIL first');
    if (/^unknown/i.test(to)) return reply('550 5.1.1 no such user here');
    if (!/^[^@\s]+@[^@\s]+$/.test(to)) return reply('553 5.1.3 bad address');
    this.to.push(to);
    return reply('250 2.1.5 ok');
  }

  private startData(): Step {
    if (this.to.length === 0) return reply('503 5.5.1 RCPT first');
    this.data = [];
    this.dataChars = 0;
    return reply('354 end with a dot on a line of its own');
  }

  private dataLine(data: string[], line: string): Step {
    if (line !== '.') {
      this.dataChars += line.length + 2;
      if (this.dataChars <= MAX_MAIL_CHARS) data.push(line.startsWith('.') ? line.slice(1) : line);
      return { kind: 'silent' };
    }
    const mail: Step = { kind: 'mail', from: this.from ?? '', to: [...new Set(this.to)], raw: data.join('\r\n') };
    const isTooLong = this.dataChars > MAX_MAIL_CHARS;
    this.reset();
    return isTooLong ? reply('552 5.3.4 message too big') : mail;
  }

  private reset(): void {
    this.from = undefined;
    this.to = [];
    this.data = undefined;
  }
}
