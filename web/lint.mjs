import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The console's rules; the house's own `eslint.config.mjs` takes them in. */
export default [
  {
    files: ['web/src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommended, hooks.configs.flat.recommended, a11y.flatConfigs.recommended],
    languageOptions: { parserOptions: { project: ['./web/tsconfig.json'] } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
];
