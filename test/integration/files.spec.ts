import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { JobDto } from '../../src/jobs/jobs.dto.js';
import { SignedFiles } from '../../src/jobs/signed-files.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { eventually } from '../support/eventually.js';

describe('a job’s file', () => {
  let app: TestApp;
  let member: Client;
  let other: Client;
  let manager: Client;
  const content = randomBytes(300_000);

  beforeAll(async () => {
    // Nobody reads the files here: that needs the built program.
    app = await startApp({ variables: { ROLES: 'api', UPLOAD_MAX_MB: '1' } });
    member = await app.as(await app.lab.member());
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const onDisk = async () => {
    try {
      return (await readdir(join(app.dataDir, 'files'))).sort();
    } catch (error) {
      if (error instanceof Error && error.message.includes('ENOENT')) return [];
      throw error;
    }
  };
  const rows = async () =>
    (await app.database.rows<{ id: string }>('SELECT id FROM job_files ORDER BY id::text')).map(
      ({ id }) => id,
    );
  const upload = <T = JobDto>(bytes: Buffer, name: string, fields: Record<string, string> = {}) =>
    member.upload<T>('/jobs', new Blob([new Uint8Array(bytes)]), name, fields);
  const uploaded = async (name = 'capot.gcode') => {
    const { status, body } = await upload(content, name);
    expect(status).toBe(202);
    const [fileId = ''] = (await rows()).slice(-1);
    return { job: body, fileId };
  };
  const bytesOf = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  /** Nothing was kept of what was refused. */
  const leavesNothing = async (act: () => Promise<void>) => {
    const before = { files: await onDisk(), rows: await rows() };
    const jobs = await jobCount();
    await act();
    await eventually(async () =>
      expect({ files: await onDisk(), rows: await rows() }).toEqual(before),
    );
    expect(await jobCount()).toBe(jobs);
  };
  const jobCount = async () =>
    (await app.database.row<{ count: number }>('SELECT count(*)::int AS count FROM jobs'))?.count;

  it('is kept whole, with its hash, and read by its member and staff alone', async () => {
    const { job, fileId } = await uploaded();
    expect(job).toMatchObject({
      state: 'analysing',
      file: {
        name: 'capot.gcode',
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      },
    });
    expect(await onDisk()).toEqual(await rows());
    expect(await onDisk()).toContain(fileId);
    const path = `${app.base}/api/v1/jobs/${job.id}/file`;
    for (const reader of [member, manager])
      expect((await bytesOf(path, reader.headers())).bytes.equals(content)).toBe(true);
    expect((await other.get(`/jobs/${job.id}/file`)).status).toBe(404);
    expect((await fetch(path)).status).toBe(401);
  });

  it('is only ever given away as an attachment whose kind no browser guesses', async () => {
    const { job, fileId } = await uploaded('<script>"é".gcode');
    const signed = app.nest.get(SignedFiles, { strict: false }).urlOf(fileId, 60);
    for (const [url, headers] of [
      [`${app.base}/api/v1/jobs/${job.id}/file`, member.headers()],
      [signed, {}],
    ] as const) {
      const { response } = await bytesOf(url, headers);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(response.headers.get('content-disposition')).not.toMatch(/[<>]/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
  });

  it('is fetched by a machine at a signed address that ends, and is good for nothing else', async () => {
    const [{ fileId }, { fileId: another }] = [await uploaded(), await uploaded()];
    const signed = app.nest.get(SignedFiles, { strict: false }).urlOf(fileId, 60);
    const { response, bytes } = await bytesOf(signed);
    expect([response.status, response.headers.get('content-length')]).toEqual([
      200,
      String(content.length),
    ]);
    expect(bytes.equals(content)).toBe(true);

    const changed = (change: (url: URL) => void) => {
      const url = new URL(signed);
      change(url);
      return url.toString();
    };
    const later = String(Number(new URL(signed).searchParams.get('expires')) + 1);
    for (const forged of [
      signed.replace(fileId, another),
      changed((url) => url.searchParams.set('expires', later)),
      changed((url) => url.searchParams.set('signature', 'A'.repeat(43))),
      changed((url) => url.searchParams.set('signature', '')),
    ]) {
      const answer = await fetch(forged);
      const { code } = (await answer.json()) as Problem;
      expect([answer.status, code]).toEqual([403, 'file.expired']);
    }
    expect((await fetch(changed((url) => url.searchParams.delete('signature')))).status).toBe(400);
    app.clock.advance(61);
    expect((await fetch(signed)).status).toBe(403);
  });

  it.each([
    ['one that climbs', '../../etc/passwd', 'passwd'],
    ['one that climbs elsewhere', '..\\..\\windows\\win.ini', 'win.ini'],
    ['one from the root', '/absolute.gcode', 'absolute.gcode'],
    ['nothing but a step up', '..', 'file'],
    ['one without measure', `${'n'.repeat(400)}.gcode`, 'n'.repeat(255)],
    ['one with control characters', 'a\u0001b\u007f.gcode', 'ab.gcode'],
  ])('has a name that is only shown, never a path: %s', async (_, given, shown) => {
    const { job, fileId } = await uploaded(given);
    expect(job.file.name).toBe(shown);
    expect(await onDisk()).toEqual(await rows());
    expect(fileId).toMatch(/^[0-9a-f-]{36}$/);
    const names = (await readdir(app.dataDir, { recursive: true })).join('\n');
    expect(names).not.toMatch(/passwd|win\.ini|gcode/);
  });

  it('is missed where there is none, or under another name', async () => {
    await leavesNothing(async () => {
      const form = new FormData();
      form.set('machineType', 'fdm_printer');
      const none = await fetch(`${app.base}/api/v1/jobs`, {
        method: 'POST',
        body: form,
        headers: member.headers(),
      });
      expect(((await none.json()) as Problem).code).toBe('job.file_missing');
      form.set('attachment', new Blob(['G28']), 'a.gcode');
      const misnamed = await fetch(`${app.base}/api/v1/jobs`, {
        method: 'POST',
        body: form,
        headers: member.headers(),
      });
      expect(misnamed.status).toBe(400);
    });
  });

  it('comes with fields that are all judged at once', async () => {
    await leavesNothing(async () => {
      const { status, body } = await upload<Problem>(content, 'a.gcode', {
        machineType: 'teleporter',
        machineId: 'x',
        copies: '0',
        state: 'completed',
      });
      expect(status).toBe(400);
      expect(new Set(body.violations?.map(({ path }) => path))).toEqual(
        new Set(['machineType', 'machineId', 'copies', 'state']),
      );
    });
  });

  it('for a machine or booking that is not the member’s leaves nothing behind', async () => {
    const unknown = '01920000-0000-7000-8000-000000000000';
    await leavesNothing(async () => {
      const machine = await upload<Problem>(content, 'a.gcode', { machineId: unknown });
      expect([machine.status, machine.body.code]).toEqual([404, 'machine.unknown']);
      const booking = await upload<Problem>(content, 'a.gcode', { bookingId: unknown });
      expect([booking.status, booking.body.code]).toEqual([404, 'booking.unknown']);
    });
  });

  it('is the first and only one: what comes after it is let go by, and the connection goes on', async () => {
    const count = (await rows()).length;
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(content)]), 'a.gcode');
    form.append('more', new Blob([new Uint8Array(content)]), 'b.gcode');
    for (let round = 1; round <= 3; round += 1) {
      const init = { method: 'POST', body: form, headers: member.headers() };
      expect((await fetch(`${app.base}/api/v1/jobs`, init)).status).toBe(202);
      expect((await rows()).length).toBe(count + round);
    }
  });

  it('that is too large is stopped, and nothing of it is kept', async () => {
    await leavesNothing(async () => {
      const { status, body } = await upload<Problem>(randomBytes(3_000_000), 'big.gcode');
      expect([status, body.code]).toEqual([413, 'request.too_large']);
    });
  });

  it('whose connection is cut in the middle leaves nothing behind', async () => {
    await leavesNothing(async () => {
      const before = await onDisk();
      const { port, host } = new URL(app.base);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        [
          'POST /api/v1/jobs HTTP/1.1',
          `Host: ${host}`,
          `Cookie: ${member.headers()['cookie']}`,
          'Content-Type: multipart/form-data; boundary=cut',
          'Content-Length: 900000',
          '',
          '--cut',
          'Content-Disposition: form-data; name="file"; filename="a.gcode"',
          'Content-Type: application/octet-stream',
          '',
          'G1 X10\n'.repeat(20_000),
        ].join('\r\n'),
      );
      await eventually(async () => expect(await onDisk()).not.toEqual(before));
      socket.destroy();
    });
  });
});
