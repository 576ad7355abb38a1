import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { Meter } from '../../../shared/Meter';
import { useTexts } from '../texts';

/** The pace of a calm voice, as the library's check counts it (`src/library/lint.ts`). */
const SPOKEN_A_SECOND = 4.5;
const TICK_MS = 200;

/** A call as it will be heard: how long it takes, and by a press how far the voice is at each moment. */
export function Spoken({ text }: { readonly text: string }) {
  const t = useTexts();
  const characters = [...text];
  const seconds = Math.round(characters.length / SPOKEN_A_SECOND);
  const [startedAt, setStarted] = useState<number | null>(null);
  const [said, setSaid] = useState(0);
  useEffect(() => {
    if (startedAt === null) return;
    const timer = setInterval(() => {
      const next = ((Date.now() - startedAt) / 1000) * SPOKEN_A_SECOND;
      setSaid(Math.min(characters.length, Math.floor(next)));
      if (next >= characters.length) setStarted(null);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [startedAt, characters.length]);
  const isPlaying = startedAt !== null;
  return (
    <>
      <div className="bubble" lang="zh-CN">
        <mark>{characters.slice(0, said).join('')}</mark>
        {characters.slice(said).join('')}
      </div>
      <div className="line">
        <Button
          size="small"
          onClick={() => {
            setSaid(0);
            setStarted(isPlaying ? null : Date.now());
          }}
        >
          {t(isPlaying ? 'voice.stop' : 'voice.play')}
        </Button>
        <Meter share={characters.length === 0 ? 0 : said / characters.length} label={t('voice.progress')} />
        <span className="quiet number">{t('voice.seconds', { n: seconds })}</span>
      </div>
    </>
  );
}
