import { App, Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import type { TaskView } from '../../api/types';
import { useSession } from '../../app/session';
import { grouped } from '../../shared/numbers';
import { copyTextOf } from './copy';
import { titled } from './plain-words';
import { poster } from './poster';
import { useTexts } from './texts';

/** What is to be posted: the text to copy and a picture of it to save. */
export function PostBody({ task }: { readonly task: TaskView }) {
  const t = useTexts();
  const { message } = App.useApp();
  const { me } = useSession();
  const bubble = useRef<HTMLDivElement>(null);
  const [picture, setPicture] = useState<string | null>(null);
  const { title, words } = titled(task.title, task.text);
  const copy = async () => {
    if (await copyTextOf(bubble.current!)) void message.success(t('copied'));
    else void message.info(t('copyByHand'));
  };
  return (
    <>
      <p className="quiet">
        {t('steps', { group: task.groupChat?.name ?? '–' })}{' '}
        {task.groupChat ? t('people', { n: grouped(task.groupChat.headCount) }) : null}
      </p>
      <div className="bubble" lang="zh-CN" ref={bubble}>
        {title ? `${title}\n\n` : null}
        {words}
      </div>
      <div className="taps">
        <Button size="large" onClick={() => void copy()}>
          {t('copy')}
        </Button>
        <Button
          size="large"
          onClick={() =>
            setPicture(
              poster({
                title: title || me.county.office,
                text: words,
                foot: `${me.county.office}  ${me.county.hotline}`,
              }),
            )
          }
        >
          {t('picture')}
        </Button>
      </div>
      <Modal open={picture !== null} title={t('picture')} footer={null} onCancel={() => setPicture(null)}>
        <p>{t('pictureHow')}</p>
        {picture ? (
          <>
            <img className="poster" src={picture} alt={`${title} ${words}`} />
            <Button size="large" block href={picture} download={`${t('pictureFile')}-${task.id.slice(-6)}.png`}>
              {t('pictureSave')}
            </Button>
          </>
        ) : null}
      </Modal>
    </>
  );
}
