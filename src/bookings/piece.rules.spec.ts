import { takesPiece } from './piece.rules.js';

describe('any machine that takes the piece', () => {
  const laser = {
    materials: ['Contreplaqué 3 mm', 'acrylique'],
    workArea: { x: 600, y: 400, z: 50 },
  };
  it.each([
    [{}, true],
    [{ material: 'contreplaque', width: 600, depth: 400 }, true],
    [{ width: 400, depth: 600 }, true],
    [{ width: 601, depth: 400 }, false],
    [{ depth: 601 }, false],
    [{ width: 500 }, true],
    [{ material: 'acier' }, false],
  ] as const)('%j: %s', (piece, takes) => {
    expect(takesPiece(laser, piece)).toBe(takes);
  });

  it('is none whose size nobody knows, where the size matters', () => {
    const unknown = { materials: [], workArea: null };
    expect(takesPiece(unknown, {})).toBe(true);
    expect(takesPiece(unknown, { width: 10 })).toBe(false);
  });
});
