import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, keepCsrf } from '../api/client';
import { Problem } from '../api/problem';
import { Banner } from './Banner';
import { useLanguage, useTitle } from './i18n';
import { problemWords } from './problem-words';
import { useSignInTexts } from './sign-in.texts';
import { useAppTexts } from './i18n';
import wave from './wave.svg';

interface Words {
  readonly username: string;
  readonly password: string;
  readonly totp?: string;
}

/** The form alone: of the first page, and over a page whose session has ended. */
export function SignInForm({ username, done }: { readonly username?: string; done(): Promise<void> }) {
  const t = useSignInTexts();
  const app = useAppTexts();
  const [form] = Form.useForm<Words>();
  const [asksCode, setAsksCode] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (words: Words) => {
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await api.POST('/api/v1/auth/login', {
        body: {
          username: words.username.trim(),
          password: words.password,
          ...(words.totp ? { totp: words.totp.trim() } : {}),
        },
      });
      keepCsrf(data?.csrfToken ?? null);
      await done();
    } catch (error) {
      if (error instanceof Problem && error.code === 'totp_required') setAsksCode(true);
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const rules = [{ required: true, message: app('field.required') }];

  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ username }} onFinish={submit}>
      {problem ? (
        <Alert type="error" showIcon role="alert" title={problemWords(problem, app)} className="gap-below" />
      ) : null}
      <Form.Item name="username" label={t('username')} rules={rules}>
        <Input
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={username !== undefined}
          size="large"
        />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={rules}>
        <Input type="password" autoComplete="current-password" size="large" />
      </Form.Item>
      {asksCode ? (
        <Form.Item
          name="totp"
          label={t('totp')}
          extra={t('totpHint')}
          rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('totpSix') }]}
        >
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={8} size="large" />
        </Form.Item>
      ) : null}
      <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
        {t('signIn')}
      </Button>
    </Form>
  );
}

/** What a visitor sees first. */
export function SignInPage({ done }: { done(): Promise<void> }) {
  const t = useSignInTexts();
  const app = useAppTexts();
  const { language, change } = useLanguage();
  useTitle(t('signIn'));
  return (
    <div className="sign-in">
      <Banner />
      <main className="sign-in-card">
        <img src={wave} alt="" width={44} height={44} />
        <h1>
          {t('product')} <small lang="en">Tidecall</small>
        </h1>
        <p className="quiet">{t('motto')}</p>
        <SignInForm done={done} />
        <p className="quiet sign-in-hint">{t('fieldHint')}</p>
        <p className="sign-in-foot">
          <Button
            type="link"
            lang={language === 'zh' ? 'en' : 'zh-CN'}
            onClick={() => change(language === 'zh' ? 'en' : 'zh')}
          >
            {app('language')}
          </Button>
        </p>
      </main>
    </div>
  );
}
