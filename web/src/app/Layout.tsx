import { Button, Modal } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Navigate, NavLink, Outlet, useLocation } from 'react-router';
import { useWords } from '../shared/words';
import { Banner } from './Banner';
import { useAppTexts, useLanguage } from './i18n';
import { GROUPS, pages } from './pages';
import { useSession } from './session';
import { SignInForm } from './SignIn';
import wave from './wave.svg';

/** The frame around every page: who is here, where one can go, and whether this is practice. */
export function Layout() {
  const t = useAppTexts();
  const { me, isOver, signedIn } = useSession();
  const isField = me.user.role === 'field';
  const [isOpen, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const [last, setLast] = useState(pathname);
  if (last !== pathname) {
    setLast(pathname);
    setOpen(false);
  }
  useEffect(() => {
    // In braces: newer browsers answer a promise, which is no effect's to return.
    void window.scrollTo(0, 0);
  }, [pathname]);

  // A field worker sees their own tasks and nothing else.
  if (isField && pathname !== '/tasks') return <Navigate to="/tasks" replace />;
  return (
    <div className={isField ? 'frame field' : 'frame'}>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('skip')}
      </a>
      <header className="top">
        {isField ? null : (
          <Button
            className="top-menu"
            type="text"
            aria-expanded={isOpen}
            aria-controls="navigation"
            onClick={() => setOpen(!isOpen)}
          >
            ☰ <span className="hush">{t('menu')}</span>
          </Button>
        )}
        <NavLink to="/" className="brand">
          <img src={wave} alt="" width={24} height={24} />
          {t('product')}
        </NavLink>
        <span className="top-office">{me.county.office}</span>
        <Who />
      </header>
      <Banner />
      <div className="middle">
        {isField ? null : <Navigation isOpen={isOpen} />}
        <main id="main" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Modal
        open={isOver}
        title={t(isField ? 'door.over' : 'sessionOver.title')}
        footer={null}
        closable={false}
        mask={{ closable: false }}
        keyboard={false}
      >
        {isField ? (
          <>
            <p>{t('door.overNext')}</p>
            <p>{t('door.overKept')}</p>
            <Button onClick={() => window.location.assign('/')}>{t('door.password')}</Button>
          </>
        ) : (
          <>
            <p>{t('sessionOver.text')}</p>
            <SignInForm username={me.user.username} done={signedIn} />
          </>
        )}
      </Modal>
    </div>
  );
}

function Who() {
  const t = useAppTexts();
  const word = useWords();
  const { me, signOut } = useSession();
  const { language, change } = useLanguage();
  return (
    <span className="who">
      <span className="who-name">
        {me.user.username} <small>{me.user.townshipName ?? word('role', me.user.role)}</small>
      </span>
      <Button
        type="text"
        size="small"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => change(language === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </Button>
      {me.user.role === 'field' ? null : (
        <Button type="text" size="small" onClick={() => void signOut()}>
          {t('signOut')}
        </Button>
      )}
    </span>
  );
}

function Navigation({ isOpen }: { readonly isOpen: boolean }): ReactNode {
  const t = useAppTexts();
  const { may } = useSession();
  const { language } = useLanguage();
  const seen = pages.filter((page) => page.nav && may(...page.needs));
  return (
    <nav id="navigation" className={isOpen ? 'nav open' : 'nav'} aria-label={t('menu')}>
      {GROUPS.map((group) => {
        const inside = seen.filter((page) => page.nav?.group === group).sort((a, b) => a.nav!.order - b.nav!.order);
        if (inside.length === 0) return null;
        return (
          <div key={group} role="group" aria-labelledby={`nav-${group}`}>
            <h2 id={`nav-${group}`}>{t(`group.${group}`)}</h2>
            <ul>
              {inside.map((page) => (
                <li key={page.path}>
                  <NavLink to={`/${page.path}`} end={page.path === ''}>
                    {page.title[language]}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
