import { describe, expect, it } from '@jest/globals';
import { isPrivateAddress } from './private-addresses.js';

describe('a private address', () => {
  it.each([
    ...['0.0.0.0', '10.255.0.1', '100.64.0.1', '127.8.8.8', '169.254.169.254', '172.31.255.255', '192.168.1.1'],
    ...[
      '198.19.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '[::1]',
      'fd00::1',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
    ],
    ...['::ffff:127.0.0.1', '::ffff:a00:1'],
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each([
    ...['1.1.1.1', '100.128.0.1', '172.32.0.1', '192.169.0.1', '223.255.255.255', '2400:3200::1', '::ffff:1.1.1.1'],
    ...['sms.example.gov.cn', '10.example.com', ''],
  ])('is not %s', (address) => expect(isPrivateAddress(address)).toBe(false));
});
