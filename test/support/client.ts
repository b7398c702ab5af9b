/** A person's browser without the browser: JSON in and out, and a cookie. */
export class Client {
  private cookie = '';

  constructor(
    readonly base: string,
    private readonly language: 'fr' | 'en' = 'en',
  ) {}

  /** A client that holds this session already. */
  withSession(token: string): this {
    this.cookie = `creneau_session=${token}`;
    return this;
  }

  async signIn(email: string, password: string): Promise<this> {
    const response = await this.post('/session', { email, password });
    if (response.status !== 200) throw new Error(`sign-in: ${response.status}`);
    this.cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return this;
  }

  get<T = Problem>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.send('GET', path, undefined, headers);
  }

  post<T = Problem>(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.send('POST', path, body, headers);
  }

  patch<T = Problem>(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.send('PATCH', path, body, headers);
  }

  put<T = Problem>(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.send('PUT', path, body, headers);
  }

  delete<T = Problem>(path: string): Promise<Answer<T>> {
    return this.send('DELETE', path);
  }

  /** Sends a file as the form of a browser does. */
  async upload<T = Problem>(
    path: string,
    file: Blob,
    name: string,
    fields: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.set(field, value);
    form.set('file', file, name);
    return answered(
      await fetch(this.base + '/api/v1' + path, {
        method: 'POST',
        body: form,
        headers: { ...this.headers(), accept: 'application/json' },
      }),
    );
  }

  headers(): Record<string, string> {
    return { cookie: this.cookie, 'accept-language': this.language };
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.base + '/api/v1' + path, {
      method,
      headers: {
        ...this.headers(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answered(response);
  }
}

/** What came back; `T` is what the test expects, a problem document unless told otherwise. */
export interface Answer<T = Problem> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly requestId: string;
  readonly violations?: readonly {
    readonly code: string;
    readonly path?: string;
    readonly message: string;
    readonly overridable?: boolean;
  }[];
  readonly [fact: string]: unknown;
}

async function answered<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : {}) as T,
  };
}
