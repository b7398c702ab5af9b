import { SetMetadata } from '@nestjs/common';

export const publicKey = 'creneau:public';

/** The route may be used without signing in. */
export const Public = () => SetMetadata(publicKey, true);
