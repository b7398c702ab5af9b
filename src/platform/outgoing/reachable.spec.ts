import { reachable, reachableNearby } from './reachable.js';

describe('an address that somebody gave us', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.251',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2001:0:7f00:1::',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'febf::1',
    'ff02::1',
    'not an address',
    '',
  ])('is not reached within our own networks: %s', (address) => {
    expect(reachable([])(address)).toBe(false);
  });

  it.each([
    '9.255.255.255',
    '11.0.0.1',
    '100.63.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '193.0.6.139',
    '2a00:1450:4007::200e',
    '::ffff:8.8.8.8',
  ])('is reached in public: %s', (address) => {
    expect(reachable([])(address)).toBe(true);
  });

  it('is reached in the networks that are allowed, and in no other of ours', () => {
    const isReachable = reachable(['192.168.10.0/24', '127.0.0.1', 'fd00:1::/32']);
    const answers = ['192.168.10.7', '127.0.0.1', '::ffff:127.0.0.1', 'fd00:1::9', '8.8.8.8'];
    expect(answers.map(isReachable)).toEqual(answers.map(() => true));
    const refused = ['192.168.11.7', '127.0.0.2', 'fd00:2::9', '10.0.0.1'];
    expect(refused.map(isReachable)).toEqual(refused.map(() => false));
  });
});

describe('the address of a machine', () => {
  it.each(['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12:3456::1', '9.9.9.9'])(
    'may be in the private networks around us: %s',
    (address) => {
      expect(reachableNearby([])(address)).toBe(true);
    },
  );

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0', '169.254.169.254', 'fe80::1'])(
    'is not this host, nor special to its link: %s',
    (address) => {
      expect(reachableNearby([])(address)).toBe(false);
      expect(reachableNearby([address])(address)).toBe(true);
    },
  );
});
