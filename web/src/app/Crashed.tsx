import { Button, Result } from 'antd';
import { useAppTexts } from './i18n';

/** A page that failed; the frame and the other pages stand. */
export function Crashed() {
  const t = useAppTexts();
  return (
    <Result
      status="error"
      title={t('crashed')}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('reload')}
        </Button>
      }
    />
  );
}
