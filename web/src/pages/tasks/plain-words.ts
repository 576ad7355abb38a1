/** A post as WeChat shows it: the marks that a robot's group turns into bold type and headings would stand there as they are. */
export const plainWords = (text: string): string =>
  text
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/^#{1,6} +/gm, '')
    .trim();

/** The title apart from the words, which often begin with it. */
export function titled(
  title: string | undefined,
  text: string | undefined,
): { readonly title: string; readonly words: string } {
  const words = plainWords(text ?? '');
  const head = plainWords(title ?? '');
  return { title: head, words: head && words.startsWith(head) ? words.slice(head.length).trimStart() : words };
}
