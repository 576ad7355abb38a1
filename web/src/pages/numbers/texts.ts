import { texts } from '../../app/i18n';
import en from './texts.en';
import zh from './texts.zh';

export const useTexts = texts('numbers', zh, en);
