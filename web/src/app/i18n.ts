import i18next from 'i18next';
import { useCallback, useEffect } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import common from './texts.zh';
import commonEn from './texts.en';
import words from '../shared/words.zh';
import wordsEn from '../shared/words.en';

export type Language = 'zh' | 'en';
const KEPT = 'tidecall.language';

const kept = (): Language => (window.localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh');

// At once, not later: a page's texts are added while its file is read. Chinese first; another choice is kept on this device.
void i18next.use(initReactI18next).init({
  lng: kept(),
  fallbackLng: 'zh',
  initAsync: false,
  resources: { zh: { app: common, words }, en: { app: commonEn, words: wordsEn } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
});
document.documentElement.lang = kept() === 'en' ? 'en' : 'zh-CN';

export const useLanguage = (): { language: Language; change(to: Language): void } => {
  const { i18n } = useTranslation();
  return {
    language: i18n.language === 'en' ? 'en' : 'zh',
    change: (to) => {
      window.localStorage.setItem(KEPT, to);
      document.documentElement.lang = to === 'en' ? 'en' : 'zh-CN';
      void i18n.changeLanguage(to);
    },
  };
};

type Texts = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | number>>;
/** A text by its key; `{{name}}` in it is replaced by the value of that name. */
export type Say<K extends string> = (key: K, values?: Values) => string;

/**
 * The texts of one page in both languages: `texts('today', zh, en)` at the top of the page's file. English that lacks a key of
 * the Chinese does not compile.
 */
export function texts<T extends Texts>(
  page: string,
  zh: T,
  en: Record<keyof T & string, string>,
): () => Say<keyof T & string> {
  i18next.addResourceBundle('zh', page, zh);
  i18next.addResourceBundle('en', page, en);
  return () => {
    const { t } = useTranslation(page);
    return useCallback((key, values) => t(key, { ...values }), [t]);
  };
}

/** The texts of the frame around all pages. */
export function useAppTexts(): Say<keyof typeof common> {
  const { t } = useTranslation('app');
  return useCallback((key, values) => t(key, { ...values }), [t]);
}

/** The title of the window: the page's, then the product's. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · 潮信 Tidecall`;
  }, [title]);
}
