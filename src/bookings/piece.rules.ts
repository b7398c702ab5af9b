import type { WorkArea } from '../machines/machine-facts.js';

/** What is to be worked on: "600 × 400 mm of plywood". Millimetres. */
export interface Piece {
  readonly material?: string | undefined;
  readonly width?: number | undefined;
  readonly depth?: number | undefined;
}

export function takesPiece(
  machine: { readonly materials: readonly string[]; readonly workArea: WorkArea | null },
  { material, width, depth }: Piece,
): boolean {
  return takesMaterial(machine.materials, material) && takesSize(machine.workArea, width, depth);
}

/** "contreplaqué" finds "Contreplaqué 3 mm". */
function takesMaterial(materials: readonly string[], wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return materials.some((material) => plain(material).includes(plain(wanted)));
}

// A piece may be turned; a machine of unknown size is promised to nobody.
function takesSize(area: WorkArea | null, width = 0, depth = 0): boolean {
  if (width === 0 && depth === 0) return true;
  if (!area) return false;
  return (width <= area.x && depth <= area.y) || (width <= area.y && depth <= area.x);
}

/** Without case and accents: a member types neither with care. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
