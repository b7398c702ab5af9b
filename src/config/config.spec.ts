import { ConfigInvalid, parseConfig } from './config.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}

describe('configuration', () => {
  it('starts from nothing with the documented defaults', () => {
    const config = parseConfig({});
    expect(config.http.port).toBe(3000);
    expect(config.roles).toEqual(['api', 'worker', 'gateway']);
    expect(config.demo.speed).toBe(60);
    expect(config.dataDir).toBe('.creneau');
  });

  it('takes an empty variable as unset', () => {
    expect(parseConfig({ PORT: '', REDIS_URL: '' }).http.port).toBe(3000);
  });

  it('reports every mistake at once, naming the variable and the reason', () => {
    const problems = problemsOf({
      PORT: '99999',
      ROLES: 'api,king',
      DEMO: 'perhaps',
      DEMO_SPEED: 'fast',
    });
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).toMatch(/PORT must be a number from 1 to 65535/);
    expect(problems.join('\n')).toMatch(/ROLES may name only api, worker, gateway/);
  });

  it('never shows a value, which may be a secret', () => {
    const secret = 's3cr3t-value';
    const problems = problemsOf({
      DATABASE_URL: `mysql://u:${secret}@h/d`,
      REDIS_URL: secret,
      MQTT_URL: `http://${secret}`,
      ROLES: secret,
      LOG_LEVEL: secret,
      DEMO_PASSWORD: 'abc',
    });
    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).not.toContain(secret);
    expect(problems.join('\n')).not.toContain('abc');
  });

  it.each([
    ['192.168.10.0/24, 10.1.2.3,fd00::/8', true],
    ['192.168.10.0/33', false],
    ['fd00::/8/8', false],
    ['intranet.example.org', false],
    ['10.0.0.0/', false],
  ])('reads networks of one’s own: %s', (networks, valid) => {
    const problems = problemsOf({ OUTGOING_NETWORKS: networks });
    expect(problems).toHaveLength(valid ? 0 : 1);
    if (valid)
      expect(parseConfig({ OUTGOING_NETWORKS: networks }).outgoing.networks).toEqual(
        networks.split(',').map((network) => network.trim()),
      );
  });

  it('is frozen', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true);
  });
});
