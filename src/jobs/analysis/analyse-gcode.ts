import { stat } from 'node:fs/promises';
import type { FileAnalysis } from './analysis.js';
import { checkGcode } from './gcode-checks.rules.js';
import { parseWords } from './gcode-words.js';
import { eachLine } from './lines.js';
import { SlicerComments } from './slicer-comments.js';
import { Toolpath } from './toolpath.js';

/** g/cm³, makers' data sheets. */
const densities: Readonly<Record<string, number>> = {
  PLA: 1.24,
  PETG: 1.27,
  ABS: 1.04,
  ASA: 1.07,
  TPU: 1.21,
};
const usualDiameter = 1.75;

/** Reads a printer's G-code as a stream: time, material, bounds, dangers, thumbnail. */
export async function analyseGcode(path: string): Promise<FileAnalysis> {
  const comments = new SlicerComments();
  const toolpath = new Toolpath();
  let commands = 0;
  let foreign = 0;
  let binary = false;
  await eachLine(path, (line) => {
    const semicolon = line.indexOf(';');
    if (semicolon !== -1) comments.read(line.slice(semicolon + 1).trim());
    if (semicolon === 0 || binary) return;
    const code = semicolon === -1 ? line : line.slice(0, semicolon);
    const words = parseWords(code);
    if (words) {
      commands += 1;
      toolpath.obey(words);
    } else if (code.trim() !== '') {
      foreign += 1;
      if (code.includes('\0')) binary = true;
    }
  });
  const { size } = await stat(path);
  const checks = checkGcode({
    bytes: size,
    commands,
    foreign,
    binary,
    extrudedMm: toolpath.extrudedMm,
    moves: toolpath.moves,
    nozzle: toolpath.nozzle,
    bed: toolpath.bed,
    dangerous: toolpath.dangerous,
    slicerKnown: comments.slicer !== null,
  });
  const understood = !checks.some(({ code }) => code === 'file.not_gcode' || code === 'file.empty');
  return {
    format: understood ? 'gcode' : 'unknown',
    slicer: comments.slicer,
    machineType: understood ? 'fdm_printer' : null,
    ...timeOf(comments, toolpath),
    material: materialOf(comments, toolpath),
    layers: comments.layerCount,
    bounds: toolpath.bounds,
    maxTemperatures: { nozzle: toolpath.nozzle, bed: toolpath.bed },
    checks,
    refused: checks.some(({ level }) => level === 'refusal'),
    thumbnail: comments.thumbnail,
  };
}

function timeOf(
  { told, elapsed }: SlicerComments,
  { timer, moves }: Toolpath,
): Pick<FileAnalysis, 'durationSeconds' | 'source' | 'confidence'> {
  // Cura's last TIME_ELAPSED is its own estimate; its header may be a placeholder.
  const slicer = told ?? elapsed;
  if (slicer !== null && slicer > 0) {
    return {
      durationSeconds: slicer,
      source: 'slicer',
      confidence: told === null ? 'medium' : 'high',
    };
  }
  const seconds = timer.seconds();
  const moved = moves > 0 && Number.isFinite(seconds) && seconds > 0;
  return {
    durationSeconds: moved ? seconds : null,
    source: 'moves',
    confidence: moved ? 'medium' : 'low',
  };
}

function materialOf(comments: SlicerComments, { extrudedMm }: Toolpath): FileAnalysis['material'] {
  const lengthMm = comments.lengthMm ?? (extrudedMm > 0 ? extrudedMm : null);
  const radius = (comments.diameter ?? usualDiameter) / 2;
  const volumeMm3 =
    comments.volumeMm3 ?? (lengthMm === null ? null : lengthMm * Math.PI * radius * radius);
  const type = comments.filamentType;
  const density = comments.density ?? (type ? densities[type.toUpperCase()] : undefined) ?? null;
  const weighed = volumeMm3 !== null && density !== null ? (volumeMm3 / 1_000) * density : null;
  return { type, lengthMm, volumeMm3, massGrams: comments.massGrams ?? weighed };
}
