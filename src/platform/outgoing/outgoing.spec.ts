import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { DomainError } from '../problems/problem.js';
import { Outgoing } from './outgoing.js';
import type { Exchange, Wanted } from './outgoing.js';
import { reachable } from './reachable.js';

/** Of the loopback network this address alone counts as outside. */
const outside = '127.0.0.1';

describe('what is fetched from an address that somebody gave us', () => {
  let server: Server;
  let port: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let asked: IncomingMessage[];
  let resolved: string[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    }).listen(0, outside);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    asked = [];
    resolved = [];
    answer = (_, response) => void response.end('BEGIN:VCALENDAR');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const names: Record<string, string[]> = {
    'calendar.test': [outside],
    'intranet.test': ['10.0.0.1'],
    'both.test': [outside, '10.0.0.1'],
  };
  const outgoing = new Outgoing(reachable([outside]), async (hostname) => {
    resolved.push(hostname);
    const addresses = names[hostname];
    if (!addresses) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: 4 }));
  });
  const fetched = (url: string, more: Partial<Wanted> = {}) =>
    outgoing.fetch({ url, maxBytes: 1_000, maxSeconds: 20, ...more });
  const fetchedFrom = (path = '/', more: Partial<Wanted> = {}) =>
    fetched(`http://calendar.test:${port}${path}`, more);
  const refusal = async (fetching: Promise<unknown>) => {
    try {
      return await fetching;
    } catch (error) {
      if (error instanceof DomainError) return [error.code, error.facts];
      throw error;
    }
  };
  const redirect = (to: string) => (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(302, { location: to }).end();

  it('is the whole answer, and what its server said to tell a change by', async () => {
    answer = (_, response) =>
      void response
        .writeHead(200, { etag: '"1"', 'last-modified': 'yesterday' })
        .end('é'.repeat(9));
    const { body, ...rest } = await fetchedFrom('/lab.ics');
    expect(body?.toString()).toBe('é'.repeat(9));
    expect(rest).toEqual({ etag: '"1"', lastModified: 'yesterday' });
    expect(asked[0]).toMatchObject({ url: '/lab.ics', method: 'GET' });
    expect(asked[0]?.headers.host).toBe(`calendar.test:${port}`);
  });

  it('is nothing where it has not changed', async () => {
    answer = (request, response) =>
      void response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 500).end();
    const headers = { 'if-none-match': '"1"' };
    expect((await fetchedFrom('/', { headers })).body).toBeNull();
  });

  it('follows three redirects and no more', async () => {
    answer = ({ url = '' }, response) => {
      const left = Number(url.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    };
    expect((await fetchedFrom('/3')).body?.toString()).toBe('there');
    expect(await refusal(fetchedFrom('/4'))).toEqual(['outgoing.redirects', { most: 3 }]);
  });

  it.each([
    'http://intranet.test/',
    'http://both.test/',
    'http://10.0.0.1/',
    'http://127.0.0.2/',
    'http://2130706434/',
    'http://0x7f.2/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
  ])('never leads into our own network: %s', async (url) => {
    expect(await refusal(fetched(url))).toMatchObject(['outgoing.private', {}]);
    answer = redirect(url);
    expect(await refusal(fetchedFrom())).toMatchObject(['outgoing.private', {}]);
    expect(asked).toHaveLength(1);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://calendar.test/',
    'gopher://calendar.test/',
    'calendar',
    '',
  ])('comes by HTTP or not at all: %s', async (url) => {
    expect(await refusal(fetched(url))).toEqual(['outgoing.address', {}]);
  });

  it('is not led elsewhere by a redirect to a file', async () => {
    answer = redirect('file:///etc/passwd');
    expect(await refusal(fetchedFrom())).toEqual(['outgoing.address', {}]);
  });

  it('comes from the address that was checked, though the name has another by then', async () => {
    const answers = [outside, '10.0.0.1'];
    const rebinding = new Outgoing(reachable([outside]), async () => [
      { address: answers.shift() ?? '10.0.0.1', family: 4 },
    ]);
    const wanted = { url: `http://rebind.test:${port}/`, maxBytes: 1_000, maxSeconds: 20 };
    expect((await rebinding.fetch(wanted)).body?.toString()).toBe('BEGIN:VCALENDAR');
    expect(answers).toEqual(['10.0.0.1']);
  });

  it('ends where it becomes too large, however it goes on', async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (_, response) => {
        const more = setInterval(() => response.write('x'.repeat(400)), 1);
        response.on('close', () => (clearInterval(more), resolve()));
      };
    });
    expect(await refusal(fetchedFrom())).toEqual(['outgoing.too_large', { megabytes: 0.001 }]);
    await closed;
  });

  it.each([
    ['no answer', () => undefined],
    ['one that never ends', (response: ServerResponse) => void response.write('BEGIN')],
  ])('is given up in time: %s', async (_, begin) => {
    const closed = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.on('close', resolve);
        begin(response);
      };
    });
    const late = refusal(fetchedFrom('/', { maxSeconds: 0.2 }));
    expect(await late).toEqual(['outgoing.timeout', { seconds: 0.2 }]);
    await closed;
  });

  it('is nothing where it was cut off, refused or not there', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 500 }).write('BEGIN');
      setImmediate(() => response.destroy());
    };
    const host = 'calendar.test';
    const cut = ['outgoing.unreachable', { host, reason: 'ECONNRESET' }];
    expect(await refusal(fetchedFrom())).toEqual(cut);
    answer = (_, response) => void response.writeHead(404).end('nothing here');
    expect(await refusal(fetchedFrom())).toEqual(['outgoing.status', { host, answer: 404 }]);
    expect(await refusal(fetched('http://nowhere.test/'))).toEqual([
      'outgoing.unreachable',
      { host: 'nowhere.test', reason: 'ENOTFOUND' },
    ]);
    expect(await refusal(fetched(`http://${outside}:1/`))).toEqual([
      'outgoing.unreachable',
      { host: outside, reason: 'ECONNREFUSED' },
    ]);
    expect(resolved).toEqual([host, host, 'nowhere.test']);
  });

  describe('and asked by other methods', () => {
    const exchanged = (body: string | Readable | null, more: Partial<Exchange> = {}) =>
      outgoing.exchange({
        url: `http://calendar.test:${port}/upload`,
        method: 'POST',
        headers: {},
        body,
        maxBytes: 1_000,
        maxSeconds: 20,
        ...more,
      });
    const echo = async (request: IncomingMessage, response: ServerResponse) => {
      const heard: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) heard.push(chunk);
      response.writeHead(409).end(`${request.method} ${Buffer.concat(heard).toString()}`);
    };

    it('answers with its status and its words, whatever they are', async () => {
      answer = (request, response) => void echo(request, response);
      const answered = await exchanged('hello');
      expect([answered.status, answered.body.toString()]).toEqual([409, 'POST hello']);
      const streamed = await exchanged(Readable.from(['a', 'b']), { method: 'PUT' });
      expect(streamed.body.toString()).toBe('PUT ab');
    });

    it('is not led elsewhere', async () => {
      answer = redirect(`http://calendar.test:${port}/elsewhere`);
      expect((await exchanged(null)).status).toBe(302);
      expect(asked).toHaveLength(1);
      expect(await refusal(exchanged(null, { url: 'http://intranet.test/' }))).toMatchObject([
        'outgoing.private',
        {},
      ]);
    });

    it('never hears the end of what could not be read to its end', async () => {
      let cut: Promise<unknown> = Promise.resolve();
      const arrived = new Promise<void>((resolve) => {
        answer = (request) => {
          cut = new Promise<void>((gone) => request.on('close', gone));
          request.once('data', () => resolve());
        };
      });
      async function* broken() {
        yield 'first';
        await arrived;
        throw new Error('the disk is gone');
      }
      expect(await refusal(exchanged(Readable.from(broken())))).toMatchObject([
        'outgoing.unreachable',
        {},
      ]);
      await cut;
      expect(asked[0]?.complete).toBe(false);
    });
  });
});
