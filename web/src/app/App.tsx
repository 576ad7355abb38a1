import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as Antd, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { RouterProvider } from 'react-router';
import { Problem } from '../api/problem';
import { Failed, Loading } from '../shared/states';
import { FieldDoor } from './FieldDoor';
import { useLanguage } from './i18n';
import { makeRouter } from './router';
import { SessionProvider } from './session';
import { SignInPage } from './SignIn';
import { theme } from './theme';

/** A refusal is an answer: only what could not be reached or failed on the server is asked again. */
const isWorthAsking = (times: number, error: unknown): boolean =>
  times < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500);

const client = new QueryClient({
  defaultOptions: { queries: { retry: isWorthAsking, staleTime: 5_000 }, mutations: { retry: false } },
});

/** Made when the door is open: the router reads the address then. */
function Console() {
  const [router] = useState(makeRouter);
  return <RouterProvider router={router} />;
}

export function App() {
  const { language } = useLanguage();
  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <Antd>
        <QueryClientProvider client={client}>
          <FieldDoor>
            <SessionProvider
              signIn={(done) => <SignInPage done={done} />}
              waiting={<Loading />}
              failed={(error, again) => <Failed error={error} again={again} />}
            >
              <Console />
            </SessionProvider>
          </FieldDoor>
        </QueryClientProvider>
      </Antd>
    </ConfigProvider>
  );
}
