import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../platform/index.js';
import { alarmed, askedFor, returned } from './notice.js';
import { Notices } from './notices.service.js';

const nothing = {} as never;
const robot = { webhook: 'https://oapi.dingtalk.com/robot/send?access_token=x' };
const start = (to: object, gateway: object | null) =>
  new Notices(
    nothing,
    { settings: { notices: [{ for: ['alarms'], gateway: 'g', to }] } } as never,
    nothing,
    nothing,
    { get: () => gateway } as never,
    nothing,
    nothing,
    nothing,
    nothing,
    nothing,
  );
const gateway = (channel: string, transport = 'http') => ({ channels: [channel], adapter: { transport } });

describe('notices', () => {
  it('stop the start where a gateway cannot carry them', () => {
    expect(() => start(robot, gateway('sms'))).toThrow(ConfigError);
    expect(() => start({ email: 'a@b.cn' }, gateway('chat'))).toThrow(ConfigError);
    expect(() => start(robot, gateway('chat', 'task'))).toThrow(ConfigError);
    expect(() => start(robot, null)).toThrow(ConfigError);
    expect(() => start(robot, gateway('chat'))).not.toThrow();
    expect(() => start({ email: 'a@b.cn' }, gateway('email', 'smtp'))).not.toThrow();
    expect(() => start({ users: 'email' }, gateway('sms'))).toThrow(ConfigError);
    expect(() => start({ users: 'zhezhengding' }, gateway('email'))).toThrow(ConfigError);
    expect(() => start({ users: 'sms' }, gateway('sms'))).not.toThrow();
  });

  it('hide what selects by a sensitive tag', () => {
    const version = { campaignId: 'C', version: 2, name: '离异名单', by: 'chen', isSensitive: true };
    const texts = [
      askedFor({ ...version, submittedAt: 1, targeted: 30, cost: 1.5 }).text,
      returned({ ...version, reviewedAt: 1, remark: '离异名单有误' }).text,
      alarmed({ id: 'A', kind: 'audience_drift', text: '离异名单: approved for 3', isSensitive: true }).text,
    ];
    for (const text of texts) expect(text).not.toContain('离异');
    expect(askedFor({ ...version, isSensitive: false, submittedAt: 1, targeted: 30, cost: 1.5 }).text).toContain(
      '离异名单',
    );
  });
});
