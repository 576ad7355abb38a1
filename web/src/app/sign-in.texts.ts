import { texts } from './i18n';

export const useSignInTexts = texts(
  'sign-in',
  {
    product: '潮信',
    motto: '反诈宣传触达平台',
    username: '用户名',
    password: '密码',
    totp: '动态码',
    totpHint: '验证器应用里现在显示的六位数字。',
    totpSix: '请输入六位数字。',
    signIn: '登录',
    fieldHint: '网格员不用密码：点短信里的个人链接即可。',
  },
  {
    product: '潮信',
    motto: 'Outreach against fraud, on time',
    username: 'User name',
    password: 'Password',
    totp: 'Code',
    totpHint: 'The six digits that your authenticator app shows now.',
    totpSix: 'Enter six digits.',
    signIn: 'Sign in',
    fieldHint: 'Field workers need no password: tap the personal link in the SMS.',
  },
);
