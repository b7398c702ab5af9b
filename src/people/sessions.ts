import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { Actor } from './actor.js';
import { passwordMatches } from './password.js';
import './people.problems.js';

/** A member disabled elsewhere loses the session within this time. */
const cacheMs = 3_000;
const cacheSize = 5_000;
export const sessionDays = 30;

/** Failures within a quarter of an hour: of one account at one address, of either alone. */
const limits = { pair: 8, email: 40, address: 60 };

/** Password sign-in. The cookie's token is random; only its hash is stored. */
@Injectable()
export class Sessions {
  private readonly known = new Map<string, { actor: Actor; until: number }>();

  constructor(private readonly database: Database) {}

  /**
   * @throws session.throttled, session.invalid
   * @returns the member and the token for the cookie; a token brought along ends (no fixation)
   */
  async signIn(
    credentials: { email: string; password: string; address: string },
    previousToken: string | undefined,
  ): Promise<{ actor: Actor; token: string }> {
    const email = credentials.email.trim().toLowerCase();
    const attemptId = await this.beginAttempt(email, credentials.address);
    const member = await this.database.row<Actor & { hash: string | null }>(
      `SELECT id, email, name, role, locale, password_hash AS hash
         FROM members WHERE email = $1 AND disabled_at IS NULL`,
      [email],
    );
    if (!(await passwordMatches(member?.hash ?? null, credentials.password)) || !member)
      throw new DomainError('session.invalid');
    await this.database.run('DELETE FROM sign_in_failures WHERE id = $1', [attemptId]);
    if (previousToken) await this.signOut(previousToken);
    const token = randomBytes(32).toString('base64url');
    await this.database.run(
      `INSERT INTO sign_ins (token_hash, member_id, expires_at)
       VALUES ($1, $2, now() + make_interval(days => $3))`,
      [hashOf(token), member.id, sessionDays],
    );
    const { hash: _, ...actor } = member;
    return { actor, token };
  }

  async signOut(token: string): Promise<void> {
    this.known.delete(hashOf(token));
    await this.database.run('DELETE FROM sign_ins WHERE token_hash = $1', [hashOf(token)]);
  }

  async actorOf(token: string): Promise<Actor | null> {
    const hash = hashOf(token);
    const known = this.known.get(hash);
    if (known && known.until > performance.now()) return known.actor;
    const actor = await this.database.row<Actor>(
      `SELECT m.id, m.email, m.name, m.role, m.locale
         FROM sign_ins s JOIN members m ON m.id = s.member_id
        WHERE s.token_hash = $1 AND s.expires_at > now() AND m.disabled_at IS NULL`,
      [hash],
    );
    if (this.known.size > cacheSize) this.known.clear();
    if (actor) this.known.set(hash, { actor, until: performance.now() + cacheMs });
    else this.known.delete(hash);
    return actor;
  }

  /**
   * Counts as a failure until the password proves right: guesses that come at once must not all
   * be let through before the first of them is known to be wrong.
   */
  private async beginAttempt(email: string, address: string): Promise<string> {
    const attempt = await this.database.transaction(async (sql) => {
      await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))', [address]);
      return sql.row<{ id: string }>(
        `INSERT INTO sign_in_failures (email, address)
         SELECT $1, $2
           FROM (SELECT count(*) FILTER (WHERE email = $1 AND address = $2) AS of_pair,
                        count(*) FILTER (WHERE email = $1) AS of_email,
                        count(*) FILTER (WHERE address = $2) AS of_address
                   FROM sign_in_failures
                  WHERE at > now() - interval '15 minutes' AND (email = $1 OR address = $2)) AS past
          WHERE of_pair < $3 AND of_email < $4 AND of_address < $5
         RETURNING id`,
        [email, address, limits.pair, limits.email, limits.address],
      );
    });
    if (!attempt) throw new DomainError('session.throttled', {}, [], 300);
    return attempt.id;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
