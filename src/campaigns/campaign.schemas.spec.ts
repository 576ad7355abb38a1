import { describe, expect, it } from '@jest/globals';
import { pointer } from '../platform/problem/input.js';
import { campaignPatchSchema, campaignSchema, patched } from './campaign.schemas.js';

const good = {
  name: '本地居民日@',
  segmentId: 'S1',
  channels: [{ channel: 'sms' }],
  assignment: { policy: 'rotate' },
  cadence: { kind: 'daily', at: '09:00' },
};
const mistakes = (over: object): string[] => {
  const read = campaignSchema.safeParse({ ...good, ...over });
  return read.success
    ? []
    : read.error.issues.map(
        (i) => `${pointer(i.path)} ${i.code === 'custom' ? String(i.params?.code ?? i.code) : i.code}`,
      );
};

describe('a campaign as it comes in', () => {
  it('may be short, and runs once what it missed', () => {
    expect(campaignSchema.parse(good)).toEqual({ ...good, missed: 'runOnce' });
  });

  it('may say everything', () => {
    const whole = {
      ...good,
      description: 'a',
      groupSegmentId: 'S2',
      channels: [
        { channel: 'chat' },
        { channel: 'sms', gateways: ['mas'] },
        { channel: 'voice', after: { unreachedBy: 'sms', for: 'PT4H' } },
        { channel: 'visit', after: { unreachedBy: 'voice', for: 'P1D' } },
      ],
      assignment: { policy: 'fixed', tricks: ['t'] },
      window: [
        { from: '08:00', to: '12:00' },
        { from: '14:00', to: '24:00' },
      ],
      missed: 'skip',
      maxLateness: 'PT2H',
      workdaysOnly: true,
      onHoliday: 'shift',
      startsOn: '2026-12-01',
      endsOn: '2026-12-01',
      approvalValidFor: 'never',
      contactCap: { max: 0, per: 'P7D' },
      priority: 9,
      onCapConflict: 'nextSlot',
      spread: { over: 30 },
      expiresAfter: 'P1D',
      urgent: { reason: 'a new scam' },
    };
    expect(campaignSchema.parse(whole)).toEqual(whole);
  });

  it.each<[object, string[]]>([
    [{ colour: 'red' }, [' unrecognized_keys']],
    [{ name: ' ' }, ['/name too_small']],
    [{ segmentId: undefined }, ['/segmentId invalid_type']],
    [{ channels: [] }, ['/channels too_small']],
    [{ channels: [{ channel: 'fax' }] }, ['/channels/0/channel invalid_value']],
    [{ channels: [{ channel: 'chat' }] }, ['/groupSegmentId required']],
    [{ channels: [{ channel: 'sms' }, { channel: 'sms' }] }, ['/channels/1/channel duplicate']],
    [
      { channels: [{ channel: 'sms', after: { unreachedBy: 'voice', for: 'PT4H' } }, { channel: 'voice' }] },
      ['/channels/0/after/unreachedBy not_an_earlier_channel'],
    ],
    [
      { channels: [{ channel: 'sms' }, { channel: 'voice', after: { unreachedBy: 'sms', for: '4h' } }] },
      ['/channels/1/after/for invalid_duration'],
    ],
    [{ window: { from: '20:00', to: '08:00' } }, ['/window/to window_crosses_midnight']],
    [{ window: [{ from: '08:00', to: '08:00' }] }, ['/window/0/to never_opens']],
    [{ cadence: { kind: 'weekly', days: [0], at: '09:00' } }, ['/cadence/days/0 too_small']],
    [{ cadence: { kind: 'weekly', days: [1, 1], at: '09:00' } }, ['/cadence/days duplicate']],
    [{ cadence: { kind: 'monthly', day: 32, at: '09:00' } }, ['/cadence/day too_big']],
    [{ cadence: { kind: 'daily', at: '24:00' } }, ['/cadence/at invalid_format']],
    [{ cadence: { kind: 'once', at: '2026-12-01T09:00:00' } }, ['/cadence/at invalid_instant']],
    [{ cadence: { kind: 'cron', expression: '* * * * * *' } }, ['/cadence/expression invalid_cron']],
    [{ cadence: { kind: 'cron', expression: '@daily' } }, ['/cadence/expression invalid_cron']],
    [{ cadence: { kind: 'cron', expression: '* * * * *' } }, ['/cadence/expression too_often']],
    [{ cadence: { kind: 'cron', expression: '0,58 9-10 * * *' } }, ['/cadence/expression too_often']],
    [{ cadence: { kind: 'cron', expression: '*/5 * * * *' } }, []],
    [{ cadence: { kind: 'cron', expression: '0 9 31 2 *' } }, ['/cadence/expression never_occurs']],
    [{ cadence: { kind: 'cron', expression: '0 9 32 * *' } }, ['/cadence/expression invalid_cron']],
    [
      { cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' }, workdaysOnly: true, onHoliday: 'skip' },
      ['/workdaysOnly not_for_events', '/onHoliday not_for_events'],
    ],
    [{ startsOn: '2026-12-02', endsOn: '2026-12-01' }, ['/endsOn ends_before_start']],
    [{ startsOn: '2026-02-30' }, ['/startsOn invalid_date']],
    [{ contactCap: { max: -1, per: 'P7D' } }, ['/contactCap/max too_small']],
    [{ urgent: { reason: '' } }, ['/urgent/reason too_small']],
    [{ priority: 10 }, ['/priority too_big']],
  ])('%j', (over, expected) => {
    expect(mistakes(over)).toEqual(expected);
  });
});

describe('a change', () => {
  it('leaves what is absent, clears what is null, replaces lists', () => {
    const before = campaignSchema.parse({ ...good, priority: 3, onHoliday: 'skip' });
    const patch = campaignPatchSchema.parse({ name: 'b', priority: null, channels: [{ channel: 'voice' }] });
    expect(patched(before, patch)).toEqual({
      ...good,
      name: 'b',
      onHoliday: 'skip',
      missed: 'runOnce',
      channels: [{ channel: 'voice' }],
    });
  });

  it('does not clear what a campaign needs', () => {
    expect(campaignPatchSchema.safeParse({ cadence: null }).success).toBe(false);
    expect(campaignPatchSchema.safeParse({ status: 'active' }).success).toBe(false);
  });
});
