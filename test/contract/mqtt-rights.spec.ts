import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun } from '../support/job-watch.js';
import { Observer } from '../support/observer.js';
import { listen, say } from '../support/stock-client.js';
import type { Listening, Message, StockAccount } from '../support/stock-client.js';
import { queuedJob } from '../builders/job.js';
import { controllerOf } from '../builders/online-machine.js';
import { aLab } from '../builders/lab.js';
import type { TestMachine } from '../builders/lab.js';

describe('at the broker', () => {
  let app: TestApp;
  let own: TestMachine;
  let other: TestMachine;
  let voron: TestMachine;
  let elsewhere: string;
  let observer: StockAccount;
  let gateway: StockAccount;
  let everything: Listening;
  let count = 0;

  beforeAll(async () => {
    app = await startApp();
    [own, other] = [await app.lab.machine(), await app.lab.machine()];
    const url = 'http://printer.test';
    const under = (instance: string) => ({ controller: { driver: 'moonraker', instance, url } });
    voron = await app.lab.machine(under('voron-1'));
    await app.lab.machine(under('voron-10'));
    const otherLab = await aLab(app.database);
    elsewhere = `creneau/v1/${otherLab.slug}/${(await otherLab.machine()).slug}`;
    observer = await app.lab.observer();
    await app.broker.refresh();
    const { username, password } = new URL(app.broker.url);
    gateway = { username, secret: password };
    everything = listening(gateway, ['creneau/v1/#', 'voron-1/#', 'voron-10/#']);
    await marked(everything, topic(own, 'state'));
  });
  afterAll(() => app.stop());

  const topic = ({ slug }: { slug: string }, name: string) =>
    `creneau/v1/${app.lab.slug}/${slug}/${name}`;
  const anew = () => `"mark ${(count += 1)}"`;
  const listening = (account: StockAccount | null, topics: string[], will?: Message) => {
    const client = listen(app.broker.machineUrl, account, topics, will);
    app.guest(() => client.kill());
    return client;
  };
  const publish = (account: StockAccount | null, message: Message, retain = false) =>
    say(app.broker.machineUrl, account, message, retain);
  /** Says something that this client may hear until it does: what was said before has come. */
  const marked = async ({ heard }: Listening, on: string) => {
    const payload = anew();
    await eventually(async () => {
      if (!heard.some((message) => message.payload === payload))
        await publish(gateway, { topic: on, payload });
      expect(heard.map((message) => message.payload)).toContain(payload);
    });
  };
  /** Which of these topics that account can make others hear. */
  const effective = async (account: StockAccount | null, topics: string[], retain = false) => {
    const payload = anew();
    for (const on of topics) await publish(account, { topic: on, payload }, retain);
    await marked(everything, topic(own, 'state'));
    return everything.heard.filter((message) => message.payload === payload).map((m) => m.topic);
  };

  it('a machine says what is its own to say', async () => {
    const names = ['connection', 'factsheet', 'state', 'telemetry', 'ack', 'badge'];
    const topics = names.map((name) => topic(own, name));
    expect(await effective(own, topics)).toEqual(topics);
  });

  it('a machine says nothing else: not as another, nor as us', async () => {
    const forbidden = [
      topic(own, 'live'),
      topic(own, 'command'),
      topic(own, 'badge/reply'),
      topic(own, 'state/more'),
      topic(other, 'state'),
      topic(other, 'ack'),
      topic(other, 'command'),
      `${elsewhere}/state`,
      `creneau/v1/${app.lab.slug}/changes/job/${own.id}`,
      'creneau/v1',
      '$SYS/broker/uptime',
    ];
    expect(await effective(own, forbidden)).toEqual([]);
    expect(await effective(own, forbidden, true)).toEqual([]);
    expect((await Observer.of(app)).heard.filter(({ text }) => text.includes('mark'))).toEqual([]);
  });

  it('a machine hears its own commands and no more, whatever it subscribes to', async () => {
    const command = topic(own, 'command');
    const machine = listening(own, [
      '#',
      '$SYS/#',
      'creneau/v1/#',
      `creneau/v1/${app.lab.slug}/+/command`,
      topic(own, '#'),
      topic(other, 'command'),
      topic(own, 'live'),
      command,
    ]);
    await marked(machine, command);
    for (const on of [topic(other, 'command'), topic(other, 'state'), topic(own, 'live')])
      await publish(gateway, { topic: on, payload: anew() }, true);
    await marked(machine, command);
    expect(new Set(machine.heard.map((message) => message.topic))).toEqual(new Set([command]));
  });

  it('a controller that is not ours speaks below its own prefix, and has a badge reader', async () => {
    const allowed = [
      'voron-1/moonraker/status',
      'voron-1/moonraker/api/response',
      'voron-1/klipper/state/print_stats/state',
      topic(voron, 'badge'),
    ];
    expect(await effective(voron, allowed)).toEqual(allowed);
    const forbidden = [
      'voron-10/moonraker/status',
      'voron-2/moonraker/status',
      topic(voron, 'state'),
      topic(voron, 'live'),
      topic(voron, 'command'),
      topic(own, 'badge'),
    ];
    expect(await effective(voron, forbidden)).toEqual([]);
    expect(await effective(own, allowed)).toEqual([]);
  });

  it('a controller that is not ours hears what it is asked, and no more', async () => {
    const asked = 'voron-1/moonraker/api/request';
    const machine = listening(voron, ['#', 'voron-1/#', 'voron-10/moonraker/api/request', asked]);
    await marked(machine, asked);
    for (const on of [
      'voron-10/moonraker/api/request',
      'voron-1/moonraker/status',
      topic(other, 'command'),
    ])
      await publish(gateway, { topic: on, payload: anew() }, true);
    await marked(machine, asked);
    expect(new Set(machine.heard.map((message) => message.topic))).toEqual(new Set([asked]));
  });

  it('a machine leaves no will in the name of another', async () => {
    const [ownWill, foreignWill] = [anew(), anew()];
    const intruder = listening(own, [topic(own, 'command')], {
      topic: topic(other, 'connection'),
      payload: foreignWill,
    });
    const honest = listening(own, [topic(own, 'command')], {
      topic: topic(own, 'connection'),
      payload: ownWill,
    });
    await marked(honest, topic(own, 'command'));
    await intruder.kill();
    await honest.kill();
    await eventually(() =>
      expect(everything.heard).toContainEqual({
        topic: topic(own, 'connection'),
        payload: ownWill,
      }),
    );
    await marked(everything, topic(own, 'state'));
    expect(everything.heard.map(({ payload }) => payload)).not.toContain(foreignWill);
  });

  it('an observer hears all of its lab, nothing of another, and says nothing', async () => {
    const screen = listening(observer, ['#', '$SYS/#', `creneau/v1/${app.lab.slug}/#`]);
    await marked(screen, topic(own, 'live'));
    await publish(gateway, { topic: `${elsewhere}/state`, payload: anew() });
    await publish(gateway, { topic: topic(other, 'command'), payload: anew() });
    await marked(screen, topic(own, 'live'));
    const topics = new Set(screen.heard.map((message) => message.topic));
    expect(topics).toContain(topic(other, 'command'));
    expect([...topics].filter((on) => !on.startsWith(`creneau/v1/${app.lab.slug}/`))).toEqual([]);
    const wanted = ['state', 'command', 'live', 'ack'].map((name) => topic(own, name));
    expect(await effective(observer, wanted)).toEqual([]);
  });

  it.each([
    ['without credentials', null],
    ['with a wrong secret', { username: 'own', secret: 'guessed' }],
    ['under a name that nobody has', { username: 'nobody', secret: 'guessed' }],
  ])('nobody says or hears anything %s', async (_, given) => {
    const account = given?.username === 'own' ? { ...given, username: own.username } : given;
    const stranger = listening(account, ['#', topic(own, 'command')]);
    expect(await effective(account, [topic(own, 'state'), topic(own, 'command')])).toEqual([]);
    await publish(gateway, { topic: topic(own, 'command'), payload: anew() });
    await marked(everything, topic(own, 'state'));
    expect(stranger.heard).toEqual([]);
  });

  it('a command is said as documented, and never retained', async () => {
    const watch = await JobWatch.of(app);
    const memberId = await app.lab.member();
    const jobId = await queuedJob(app, { memberId, machineId: own.id });
    const wire = await controllerOf(app, own);
    const start = await begun(wire, 0.25);
    await watch.stateIs(jobId, 'running');
    const [prepare] = watch.observer.commands('prepare');
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    const common = { commandId: id, jobId, issuedAt: instant, expiresAt: instant };
    expect(prepare).toEqual({
      ...common,
      type: 'prepare',
      args: {
        url: expect.stringMatching(/^http:\/\/.+signature=/) as string,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        size: expect.any(Number) as number,
      },
    });
    expect(start).toEqual({ ...common, type: 'start', args: {} });
    const said = watch.observer.on(`/${own.slug}/state`).at(-1);
    expect(JSON.parse(said?.text ?? '{}')).toMatchObject({
      state: 'running',
      commandId: start.commandId,
      jobId,
      progress: 0.25,
    });
    const late = await Observer.of(app);
    await eventually(() => expect(late.on(`/${own.slug}/state`)).not.toEqual([]));
    expect(late.on(`/${own.slug}/command`)).toEqual([]);
    expect(late.on('/ack')).toEqual([]);
  });
});
