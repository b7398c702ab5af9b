import { Inject, Injectable, SetMetadata, createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PUBLIC_ORIGIN } from '../platform/tokens.js';
import { publicKey } from '../platform/http/public.js';
import { DomainError } from '../platform/problems/problem.js';
import { isStaff } from './actor.js';
import type { Actor } from './actor.js';
import { Sessions } from './sessions.js';

export const cookieName = 'creneau_session';
const staffKey = 'creneau:staff';

/** Only lab managers and administrators. */
export const StaffOnly = () => SetMetadata(staffKey, true);

export type ActorRequest = FastifyRequest & { member?: Actor };

export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { member } = context.switchToHttp().getRequest<ActorRequest>();
  if (!member) throw new DomainError('session.required');
  return member;
});

/** Every route needs a signed-in member unless it is public; writes only from our own origin. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: Sessions,
    @Inject(PUBLIC_ORIGIN) private readonly publicOrigin: string | null,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ActorRequest>();
    if (!isSafe(request.method)) this.refuseOtherOrigins(request);
    const token = request.cookies[cookieName];
    const actor = token ? await this.sessions.actorOf(token) : null;
    if (actor) request.member = actor;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(publicKey, targets)) return true;
    if (!actor) throw new DomainError('session.required');
    if (this.reflector.getAllAndOverride<boolean>(staffKey, targets) && !isStaff(actor)) {
      throw new DomainError('request.forbidden');
    }
    return true;
  }

  // SameSite=Lax already keeps the cookie from most of these; a browser also tells the origin.
  private refuseOtherOrigins(request: FastifyRequest): void {
    const { origin } = request.headers;
    if (request.headers['sec-fetch-site'] === 'cross-site') throw new DomainError('request.origin');
    if (origin === undefined) return;
    const ours = this.publicOrigin ?? `${request.protocol}://${request.host}`;
    if (origin !== ours) throw new DomainError('request.origin');
  }
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
