import { useLanguage } from '../app/i18n';

/** `12,345`. */
export const grouped = (value: number | null | undefined): string => (value ?? 0).toLocaleString('en-US');
/** `12.3%`. */
export const percent = (share: number | null | undefined): string => `${((share ?? 0) * 100).toFixed(1)}%`;
/** `1,234.50`. */
export const yuan = (value: number | null | undefined): string =>
  (value ?? 0).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A span of seconds in words: `2小时5分`, `2 h 5 min`. */
export function useDuration(): (seconds: number) => string {
  const { language } = useLanguage();
  const [h, m, s, gap] = language === 'zh' ? ['小时', '分', '秒', ''] : ['h', 'min', 's', ' '];
  return (seconds) => {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole}${gap}${s}`;
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return `${minutes}${gap}${m}`;
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}${gap}${h}${rest ? `${gap}${rest}${gap}${m}` : ''}`;
  };
}
