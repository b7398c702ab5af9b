import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { analyseGcode } from './analyse-gcode.js';
import { parseWords } from './gcode-words.js';
import { eachLine } from './lines.js';
import { Toolpath } from './toolpath.js';

const prints = join(process.cwd(), 'test', 'fixtures', 'prints');

describe('G-code of real slicers', () => {
  it('gives PrusaSlicer’s own time and material', async () => {
    const analysis = await analyseGcode(join(prints, 'mp3-case.prusaslicer.gcode'));
    expect(analysis).toMatchObject({
      format: 'gcode',
      slicer: { name: 'PrusaSlicer', version: '2.5.0' },
      durationSeconds: 6453,
      source: 'slicer',
      confidence: 'high',
      material: { type: 'PLA', massGrams: 19.75, lengthMm: 6620.71, volumeMm3: 15920 },
      refused: false,
    });
    expect(analysis.maxTemperatures.nozzle).toBe(215);
  });

  it('believes Cura’s elapsed time, not its placeholder header', async () => {
    const analysis = await analyseGcode(join(prints, 'gear.cura.gcode'));
    expect(analysis.slicer?.name).toBe('Cura');
    expect(analysis.durationSeconds).toBeCloseTo(2397.3582, 3);
    expect(analysis.layers).toBe(70);
    expect(analysis.material.lengthMm).toBeGreaterThan(500);
  });

  it('works Slic3r’s time out from the moves', async () => {
    const analysis = await analyseGcode(join(prints, 'gear.slic3r.gcode'));
    expect(analysis).toMatchObject({ source: 'moves', refused: false });
    expect(analysis.material.lengthMm).toBeCloseTo(2447.6, 1);
    expect(analysis.material.volumeMm3).toBeCloseTo(5900, 0);
    expect(analysis.durationSeconds).toBeGreaterThan(1_200);
    expect(analysis.durationSeconds).toBeLessThan(6_000);
  });

  it.each([
    ['mp3-case.prusaslicer.gcode', 6453],
    ['gear.cura.gcode', 2397.358],
  ])('has a motion model within 20 %% of the slicer’s for %s', async (name, told) => {
    const toolpath = new Toolpath();
    await eachLine(join(prints, name), (line) => {
      const words = parseWords(line.split(';')[0] ?? '');
      if (words) toolpath.obey(words);
    });
    const ratio = toolpath.timer.seconds() / told;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
  });
});

describe('hostile and odd files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'creneau-gcode-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const analysed = async (content: string | Buffer) => {
    const path = join(folder, 'file');
    await writeFile(path, content);
    return analyseGcode(path);
  };
  const codes = async (content: string | Buffer) =>
    (await analysed(content)).checks
      .filter(({ level }) => level === 'refusal')
      .map(({ code }) => code);
  const print = 'M104 S200\nG1 X10 Y10 E1 F1200\nG1 X20 Y10 E2\n';

  it('reads CRLF, lower case, line numbers and checksums', async () => {
    const analysis = await analysed('n1 g1 x10 y0 e1 f600*71\r\nN2 G1 X20 E2*33\r\nG1 X30 E3');
    expect(analysis.durationSeconds).toBeGreaterThan(2.9);
    expect(analysis.material.lengthMm).toBeCloseTo(3);
  });

  it('refuses what is no G-code and says what to do', async () => {
    expect(await codes('')).toEqual(['file.empty']);
    expect(await codes('solid part\nfacet normal 0 0 1\nouter loop\n')).toEqual(['file.not_gcode']);
    expect(await codes(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 10, 0, 0, 0]))).toEqual([
      'file.not_gcode',
    ]);
    expect(await codes('  0\nSECTION\n  2\nHEADER\n')).toEqual(['file.not_gcode']);
    expect(await codes('G28\nG1 X10 F1200\n')).toEqual(['file.no_motion']);
  });

  it('refuses what would change the machine or overheat it', async () => {
    expect(await codes(`${print}M500\n`)).toEqual(['gcode.eeprom']);
    expect(await codes(`${print}M997\n`)).toEqual(['gcode.firmware']);
    expect(await codes(`${print}M109 S450\n`)).toEqual(['gcode.too_hot']);
    expect(await codes(`${print}m190 s200\n`)).toEqual(['gcode.too_hot']);
  });

  it('is not led astray by numbers that are none', async () => {
    const analysis = await analysed(`${print}G1 X1e999 E\nG1 X Y-- E..3\nG1 XNaN\n`);
    expect(analysis.refused).toBe(false);
    expect(Number.isFinite(analysis.durationSeconds)).toBe(true);
  });

  it('passes over a line of ten megabytes', async () => {
    const analysis = await analysed(`${print};${'x'.repeat(10_000_000)}\nG1 X30 E3\n`);
    expect(analysis.material.lengthMm).toBeCloseTo(3);
  });

  it('reads 100 MB in less than 150 MB of extra memory', async () => {
    const path = join(folder, 'large');
    const out = createWriteStream(path);
    const block = Array.from(
      { length: 20_000 },
      (_, index) => `G1 X${index % 200} Y${(index * 7) % 200} E0.0215 F1800\n`,
    ).join('');
    out.write('M83\nM104 S200\n');
    for (let written = 0; written < 100_000_000; written += block.length) {
      if (!out.write(block)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
    const analysis = await analyseGcode(path);
    clearInterval(timer);
    peak = Math.max(peak, process.memoryUsage().rss);
    expect(analysis.material.lengthMm).toBeGreaterThan(10_000);
    expect(peak - before).toBeLessThan(150 * 1024 * 1024);
  });
});
