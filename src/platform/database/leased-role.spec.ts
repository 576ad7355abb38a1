import { beforeEach, describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { SteppedClock } from '../clock/index.js';
import { LeasedRole } from './leased-role.js';
import { Leases } from './leases.js';

const LEASE_MS = 15_000;

describe.each(dialects())('a leased role on %s', (dialect) => {
  const held = withDatabase(dialect);
  const clock = new SteppedClock(Date.parse('2026-11-24T10:00:00+08:00'));
  let leases: Leases;
  const role = (owner: string) => new LeasedRole(leases, { name: 'a role', owner, leaseMs: LEASE_MS });
  const plays = async (one: LeasedRole): Promise<boolean> => {
    let played = false;
    await one.play(async () => void (played = true));
    return played;
  };

  beforeEach(async () => {
    await held.database.execute('DELETE FROM leases');
    leases = new Leases(held.database, clock);
  });

  it('is played by one, and by another once that one stops', async () => {
    const [first, second] = [role('first'), role('second')];
    expect([await plays(first), await plays(second)]).toEqual([true, false]);
    await first.stop();
    expect([await plays(first), await plays(second)]).toEqual([false, true]);
  });

  it('does not begin a round while one is under way, and stops after the pass in hand', async () => {
    const one = role('first');
    let passes = 0;
    let inPass: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (inPass = resolve));
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const round = one.play(async (goesOn) => {
      while (await goesOn()) {
        passes += 1;
        inPass();
        await gate;
      }
    });
    await reached;
    expect(await plays(one)).toBe(false);
    const stopped = one.stop();
    goOn();
    await Promise.all([round, stopped]);
    expect(passes).toBe(1);
  });

  it('is renewed by each pass, however many there are, and left where it was lost', async () => {
    const [first, second] = [role('first'), role('second')];
    const answers: boolean[] = [];
    await first.play(async (goesOn) => {
      for (let pass = 0; pass < 3; pass += 1) {
        clock.set(clock.now() + LEASE_MS - 1);
        answers.push(await goesOn());
      }
      expect(await plays(second)).toBe(false);
      clock.set(clock.now() + LEASE_MS + 1);
      expect(await plays(second)).toBe(true);
      answers.push(await goesOn());
    });
    expect(answers).toEqual([true, true, true, false]);
  });

  it('lets one at a time into what must be done alone', async () => {
    let inside = 0;
    let most = 0;
    const alone = () =>
      leases.alone('a lock', async () => {
        most = Math.max(most, (inside += 1));
        await held.database.query('SELECT name FROM leases');
        inside -= 1;
      });
    await Promise.all([alone(), alone(), alone()]);
    expect(most).toBe(1);
  });
});
