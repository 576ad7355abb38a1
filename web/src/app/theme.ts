import type { ThemeConfig } from 'antd';

const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Quiet: one colour of the sea, small radii, no motion for those who want none. The tones of states are in `styles.css`. */
export const theme: ThemeConfig = {
  cssVar: { key: 'tidecall' },
  hashed: false,
  token: {
    colorPrimary: '#0b5a72',
    colorLink: '#0b5a72',
    colorError: '#a3211b',
    colorText: '#14242b',
    colorTextSecondary: '#44565f',
    colorTextDescription: '#44565f',
    colorTextPlaceholder: '#5d6d75',
    colorBorder: '#9fb0b7',
    borderRadius: 4,
    fontSize: 14,
    motion: !isStill,
    fontFamily: 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  },
};
