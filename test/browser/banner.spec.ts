import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from './desk.js';

const RED = 'rgb(156, 29, 23)';

describe.each([
  ['practice', 'synthetic: true\npractice: true\n', '演练'],
  ['demo', 'synthetic: true\n', '演示'],
])('the console of a deployment of kind %s', (kind, yaml, word) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.open(yaml);
  }, 60_000);
  afterAll(() => desk.close());

  it('says so before and after the sign-in, a rehearsal in red', async () => {
    const { page } = desk;
    const banner = page.getByTestId('banner');
    const seen = async () => {
      await banner.waitFor();
      expect(await banner.innerText()).toContain(word);
      const colour = await page.evaluate<string>(
        `getComputedStyle(document.querySelector('[data-testid="banner"]')).backgroundColor`,
      );
      expect(colour === RED).toBe(kind === 'practice');
      expect(await desk.violations()).toEqual([]);
    };
    await desk.go('/');
    await seen();
    await desk.picture(`sign-in-${kind}`);
    await desk.signIn('auditor', 'zh');
    await seen();
    expect(await banner.count()).toBe(1);
  }, 60_000);
});
