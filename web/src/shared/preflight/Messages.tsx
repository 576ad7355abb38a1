import type { KeptPreflight } from '../../api/types';
import { Block } from '../Page';
import { useTrickNames } from '../names';
import { Empty } from '../states';
import { useWords } from '../words';
import { useTexts } from './texts';

/** The wordings as people will read them, and the longest of each channel. */
export function Messages({ preflight }: { readonly preflight: KeptPreflight }) {
  const t = useTexts();
  const word = useWords();
  const trick = useTrickNames();
  const all = [
    ...preflight.samples.map((sample) => ({ ...sample, note: '' })),
    ...preflight.longest
      .filter(({ text }) => !preflight.samples.some((sample) => sample.text === text))
      .map((longest) => ({ ...longest, title: undefined, note: t('longest', { characters: longest.characters }) })),
  ];
  return (
    <Block title={t('messages')} note={preflight.at ? t('messagesHint') : null}>
      {all.length === 0 ? <Empty text={t(preflight.planned === 0 ? 'messagesNobody' : 'messagesNone')} /> : null}
      <div className="messages">
        {all.map((message) => (
          <article className="message" key={`${message.channel} ${message.trick} ${message.text}`}>
            <div className="message-head">
              <span>{word('channel', message.channel)}</span>
              <span>{trick(message.trick)}</span>
            </div>
            {message.title ? <strong>{message.title}</strong> : null}
            <div className="bubble" lang="zh-CN">
              {message.text}
            </div>
            <span className="quiet">
              {[message.note, message.smsParts > 0 ? t('smsParts', { n: message.smsParts }) : '']
                .filter(Boolean)
                .join(' · ')}
            </span>
          </article>
        ))}
      </div>
    </Block>
  );
}
