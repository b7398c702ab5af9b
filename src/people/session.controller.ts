import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../platform/http/public.js';
import { SECURE_COOKIES } from '../platform/tokens.js';
import type { Actor } from './actor.js';
import { SessionDto, SignInDto } from './people.dto.js';
import { CurrentActor, cookieName } from './session.guard.js';
import { Sessions, sessionDays } from './sessions.js';

@ApiTags('session')
@Controller('session')
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    @Inject(SECURE_COOKIES) private readonly secure: boolean,
  ) {}

  @Public()
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ type: SessionDto })
  async signIn(
    @Body() { email, password }: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const previous = request.cookies[cookieName];
    const { actor, token } = await this.sessions.signIn(
      { email, password, address: request.ip },
      previous,
    );
    void reply.setCookie(cookieName, token, { ...this.cookie(), maxAge: sessionDays * 86_400 });
    return { member: actor };
  }

  @Get()
  @ApiOkResponse({ type: SessionDto })
  current(@CurrentActor() actor: Actor): SessionDto {
    return { member: actor };
  }

  @Public()
  @Delete()
  @HttpCode(204)
  @ApiNoContentResponse()
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = request.cookies[cookieName];
    if (token) await this.sessions.signOut(token);
    void reply.clearCookie(cookieName, this.cookie());
  }

  private cookie() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.secure } as const;
  }
}
