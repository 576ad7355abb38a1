import { Button } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { Failed, Loading } from '../shared/states';
import { Banner } from './Banner';
import { hasFieldLink, openFieldLink, openFieldLinkAgain, type Opening } from './field-link';
import { useAppTexts, useLanguage, useTitle } from './i18n';
import wave from './wave.svg';

/** Lets in who comes by a personal link; everybody else goes on to the sign-in. */
export function FieldDoor({ children }: { readonly children: ReactNode }) {
  const [opening, setOpening] = useState<Opening | null>(hasFieldLink ? null : { is: 'open' });
  useEffect(() => {
    if (hasFieldLink) void openFieldLink().then(setOpening);
  }, []);
  if (opening?.is === 'open') return children;
  return (
    <DoorFrame>
      {opening === null ? <Loading /> : null}
      {opening?.is === 'over' ? <LinkOver /> : null}
      {opening?.is === 'failed' ? (
        <Failed
          error={opening.error}
          again={() => {
            setOpening(null);
            void openFieldLinkAgain().then(setOpening);
          }}
        />
      ) : null}
    </DoorFrame>
  );
}

function DoorFrame({ children }: { readonly children: ReactNode }) {
  const t = useAppTexts();
  const { language, change } = useLanguage();
  useTitle(t('door.title'));
  return (
    <div className="sign-in">
      <Banner />
      <main className="sign-in-card">
        <img src={wave} alt="" width={44} height={44} />
        {children}
        <p className="sign-in-foot">
          <Button
            type="link"
            lang={language === 'zh' ? 'en' : 'zh-CN'}
            onClick={() => change(language === 'zh' ? 'en' : 'zh')}
          >
            {t('language')}
          </Button>
        </p>
      </main>
    </div>
  );
}

function LinkOver() {
  const t = useAppTexts();
  return (
    <>
      <h1>{t('door.over')}</h1>
      <p>{t('door.overWhy')}</p>
      <ol>
        <li>{t('door.overNext')}</li>
        <li>{t('door.overAsk')}</li>
      </ol>
      <p className="quiet">{t('door.overKept')}</p>
    </>
  );
}
