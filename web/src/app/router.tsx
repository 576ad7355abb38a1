import { createElement } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { NoRight, NotFound } from '../shared/states';
import { Crashed } from './Crashed';
import { useLanguage, useTitle } from './i18n';
import { Layout } from './Layout';
import { pages, type Page } from './pages';
import { useSession } from './session';

/** Holds the page's title, and its content from those who have not the right. */
function Guarded({ page, content }: { readonly page: Page; readonly content: React.ReactNode }) {
  const { may } = useSession();
  const { language } = useLanguage();
  useTitle(page.title[language]);
  return may(...page.needs) ? content : <NoRight />;
}

const routeOf = (page: Page): RouteObject => ({
  ...(page.path === '' ? { index: true } : { path: page.path }),
  lazy: async () => {
    const content = createElement((await page.load()).default);
    return { Component: () => <Guarded page={page} content={content} /> };
  },
  ErrorBoundary: Crashed,
});

export const makeRouter = () =>
  createBrowserRouter([
    {
      path: '/',
      Component: Layout,
      ErrorBoundary: Crashed,
      HydrateFallback: () => null,
      children: [...pages.map(routeOf), { path: '*', Component: NotFound }],
    },
  ]);
