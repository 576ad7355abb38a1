const WIDTH = 1080;
const EDGE = 84;
const LINE = 66;

/** A warning as a picture for a group: the title, the text, and who says so. Answers a data URL of a PNG. */
export function poster({
  title,
  text,
  foot,
}: {
  readonly title: string;
  readonly text: string;
  readonly foot: string;
}): string {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d')!;
  const font = (size: number, weight = 400) =>
    `${weight} ${size}px "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  pen.font = font(66, 700);
  const heads = wrapped(pen, title);
  pen.font = font(44);
  const lines = wrapped(pen, text);
  const top = 130 + heads.length * 88;
  canvas.width = WIDTH;
  canvas.height = top + 70 + lines.length * LINE + 150;
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, WIDTH, canvas.height);
  pen.fillStyle = '#0b4a5e';
  pen.fillRect(0, 0, WIDTH, top);
  pen.fillStyle = '#ffffff';
  pen.font = font(66, 700);
  heads.forEach((line, i) => pen.fillText(line, EDGE, 136 + i * 88));
  pen.fillStyle = '#14242b';
  pen.font = font(44);
  lines.forEach((line, i) => pen.fillText(line, EDGE, top + 100 + i * LINE));
  pen.fillStyle = '#44565f';
  pen.font = font(36);
  pen.fillText(foot, EDGE, canvas.height - 60);
  return canvas.toDataURL('image/png');
}

/** Chinese breaks between any two characters, but no line begins with a stop. */
function wrapped(pen: CanvasRenderingContext2D, text: string): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const character of paragraph) {
      const isFull = pen.measureText(line + character).width > WIDTH - 2 * EDGE;
      if (isFull && !/[，。！？；：、）》”]/.test(character)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
    lines.push(line);
  }
  return lines;
}
