import { createReadStream } from 'node:fs';
import { fileSeconds } from './file-seconds.js';

const prints = new URL('../../../test/fixtures/prints/', import.meta.url);
const print = (name: string) => fileSeconds(createReadStream(new URL(name, prints)));

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe('seconds a file says that it takes', () => {
  it("takes PrusaSlicer's estimate of the normal mode", async () => {
    expect(await print('mp3-case.prusaslicer.gcode')).toBe(6453);
  });

  it("takes Cura's last elapsed time, not its placeholder header", async () => {
    expect(await print('gear.cura.gcode')).toBeCloseTo(2397.4, 0);
  });

  it('adds up the moves where the file tells no time', async () => {
    const seconds = await print('gear.slic3r.gcode');
    expect(seconds).toBeGreaterThan(600);
    expect(seconds).toBeLessThan(3600);
  });

  it('counts distances over feed rates, relative moves and waits', async () => {
    const text = 'G21\nG90\nG1 X60 F600 ; F1\nG91\nG01 Y10\nG4 P500\nG20\nG1 X1 F60\n';
    expect(await fileSeconds(chunks(text))).toBeCloseTo(6 + 1 + 0.5 + 1, 6);
  });

  it('reads lines across chunks and does not keep endless ones', async () => {
    expect(await fileSeconds(chunks('G1 X6', '0 F600\n', 'x'.repeat(100_000)))).toBeCloseTo(6, 6);
  });

  it('assumes a minute where nothing tells', async () => {
    expect(await fileSeconds(chunks('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe(60);
  });
});
