import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { DomainError } from '../problems/problem.js';
import './outgoing.problems.js';
import type { IsReachable } from './reachable.js';

export interface Wanted {
  readonly url: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly maxBytes: number;
  /** For all of it, redirects included. */
  readonly maxSeconds: number;
}

export interface Fetched {
  /** Null: unchanged (304), where the headers asked that. */
  readonly body: Buffer | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface Exchange {
  readonly url: string;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  /** A stream that ends in an error cuts the request off. */
  readonly body: string | Readable | null;
  /** Of the answer. */
  readonly maxBytes: number;
  readonly maxSeconds: number;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches addresses that people gave us, and is careful where they lead: a name is resolved once,
 * each of its addresses is checked, and the connection goes to exactly those, so that a name which
 * changes its mind in between (DNS rebinding) gains nothing. Every redirect is checked anew.
 */
export class Outgoing {
  constructor(
    private readonly isReachable: IsReachable,
    private readonly resolve: Resolve = (hostname) => systemLookup(hostname, { all: true }),
  ) {}

  /**
   * @throws outgoing.address, outgoing.private, outgoing.unreachable, outgoing.timeout,
   * outgoing.status, outgoing.redirects, outgoing.too_large
   */
  async fetch(wanted: Wanted): Promise<Fetched> {
    const limit = AbortSignal.timeout(wanted.maxSeconds * 1_000);
    try {
      return await Promise.race([this.follow(wanted, limit), aborted(limit)]);
    } catch (error) {
      if (limit.aborted) throw new DomainError('outgoing.timeout', { seconds: wanted.maxSeconds });
      throw error;
    }
  }

  /**
   * Asks once, and gives the answer whatever its status: to a redirect as well, which is not
   * followed.
   * @throws outgoing.address, outgoing.private, outgoing.unreachable, outgoing.timeout,
   * outgoing.too_large
   */
  async exchange(wanted: Exchange): Promise<Answer> {
    const limit = AbortSignal.timeout(wanted.maxSeconds * 1_000);
    try {
      const url = httpUrl(wanted.url);
      const addresses = await Promise.race([this.checked(url), aborted(limit)]);
      const answer = await ask(url, addresses, wanted, limit);
      const body = await contentOf(answer, url, wanted.maxBytes);
      return { status: answer.statusCode ?? 0, body };
    } catch (error) {
      if (limit.aborted) throw new DomainError('outgoing.timeout', { seconds: wanted.maxSeconds });
      throw error;
    } finally {
      if (wanted.body instanceof Readable) wanted.body.destroy();
    }
  }

  private async follow(wanted: Wanted, limit: AbortSignal): Promise<Fetched> {
    let url = httpUrl(wanted.url);
    for (let redirected = 0; ; redirected += 1) {
      const addresses = await this.checked(url);
      limit.throwIfAborted();
      const question = { method: 'GET', headers: wanted.headers ?? {}, body: null };
      const answer = await ask(url, addresses, question, limit);
      const { statusCode = 0 } = answer;
      const { location } = answer.headers;
      if (!redirects.has(statusCode) || location === undefined) {
        return await read(answer, url, wanted.maxBytes);
      }
      answer.destroy();
      if (redirected === mostRedirects) {
        throw new DomainError('outgoing.redirects', { most: mostRedirects });
      }
      url = httpUrl(location, url);
    }
  }

  private async checked({ hostname }: URL): Promise<LookupAddress[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const addresses = family
      ? [{ address: host, family }]
      : await this.resolve(host).catch(unreachable(host));
    // One that is ours among public ones is no accident.
    if (!addresses.every(({ address }) => this.isReachable(address))) {
      throw new DomainError('outgoing.private', { host });
    }
    return addresses;
  }
}

function httpUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new DomainError('outgoing.address');
}

function ask(
  url: URL,
  addresses: readonly LookupAddress[],
  { method, headers, body }: Pick<Exchange, 'method' | 'headers' | 'body'>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method,
      // A connection of its own: a kept one was checked for another question.
      agent: false,
      lookup: lookupOf(addresses),
      headers: { 'user-agent': 'Creneau', 'accept-encoding': 'identity', ...headers },
      signal,
    });
    asked.on('response', resolve);
    asked.on('error', (error) => void unreachable(url.hostname)(error).catch(reject));
    if (!(body instanceof Readable)) {
      asked.end(body ?? undefined);
      return;
    }
    body.on('error', (error) => asked.destroy(error));
    // Who answered before all was said does not want the rest.
    asked.on('response', () => body.unpipe(asked));
    body.pipe(asked);
  });
}

/** Gives the addresses that were checked, whatever name is asked for. */
function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, { all }, answer) => {
    const [first] = addresses;
    if (all) answer(null, [...addresses]);
    else answer(null, first?.address ?? '', first?.family);
  };
}

async function read(answer: IncomingMessage, url: URL, maxBytes: number): Promise<Fetched> {
  const host = url.hostname;
  const { statusCode } = answer;
  const { etag = null, 'last-modified': lastModified = null } = answer.headers;
  if (statusCode === 304) {
    answer.destroy();
    return { body: null, etag, lastModified };
  }
  if (statusCode !== 200) {
    answer.destroy();
    throw new DomainError('outgoing.status', { host, answer: statusCode ?? 0 });
  }
  return { body: await contentOf(answer, url, maxBytes), etag, lastModified };
}

async function contentOf(answer: IncomingMessage, url: URL, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    // Cut off in the middle, which is worth no more than nothing.
    return unreachable(url.hostname)(error);
  }
  if (bytes > maxBytes) {
    throw new DomainError('outgoing.too_large', { megabytes: maxBytes / 1_000_000 });
  }
  return Buffer.concat(chunks);
}

/** With the network's own word for it, which tells a wrong name from an expired certificate. */
function unreachable(host: string): (error: unknown) => Promise<never> {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    const facts = { host, reason: code ?? 'unknown' };
    return Promise.reject(new DomainError('outgoing.unreachable', facts));
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('too late')), { once: true }),
  );
}
