import type { AnalysisCheck, Bounds } from './analysis.js';

/** What reading the commands brought to light. */
export interface GcodeFacts {
  readonly bytes: number;
  readonly commands: number;
  /** Lines that are neither a command, nor a comment, nor empty. */
  readonly foreign: number;
  readonly binary: boolean;
  readonly extrudedMm: number;
  readonly moves: number;
  readonly nozzle: number | null;
  readonly bed: number | null;
  readonly dangerous: ReadonlySet<string>;
  readonly slicerKnown: boolean;
}

/** Above these no hot end or bed of a workshop's printer is meant to go, °C. */
const hottest = { nozzle: 320, bed: 140 };

export function checkGcode(facts: GcodeFacts): AnalysisCheck[] {
  const checks: AnalysisCheck[] = [];
  if (facts.bytes === 0)
    return [refusal('file.empty', 'Le fichier est vide.', 'The file is empty.')];
  if (facts.binary || facts.commands === 0 || facts.foreign > facts.commands) {
    return [
      refusal(
        'file.not_gcode',
        'Ce n’est pas du G-code. Ouvrez le modèle dans un trancheur (PrusaSlicer, Cura…) et exportez le G-code.',
        'This is not G-code. Open the model in a slicer (PrusaSlicer, Cura, …) and export the G-code.',
      ),
    ];
  }
  if (facts.moves === 0 || facts.extrudedMm <= 0) {
    checks.push(
      refusal(
        'file.no_motion',
        'Le fichier ne dépose aucune matière. Exportez-le à nouveau depuis le trancheur.',
        'The file deposits no material. Export it from the slicer again.',
      ),
    );
  }
  if (['M500', 'M502', 'M504'].some((command) => facts.dangerous.has(command))) {
    checks.push(
      refusal(
        'gcode.eeprom',
        'Le fichier modifie la mémoire de la machine (M500, M502 ou M504). Retirez ces commandes.',
        'The file changes the machine’s memory (M500, M502 or M504). Remove these commands.',
      ),
    );
  }
  if (facts.dangerous.has('M997')) {
    checks.push(
      refusal(
        'gcode.firmware',
        'Le fichier remplace le logiciel de la machine (M997). Retirez cette commande.',
        'The file replaces the machine’s firmware (M997). Remove this command.',
      ),
    );
  }
  if ((facts.nozzle ?? 0) > hottest.nozzle || (facts.bed ?? 0) > hottest.bed) {
    checks.push(
      refusal(
        'gcode.too_hot',
        `Le fichier demande plus de ${hottest.nozzle} °C à la buse ou ${hottest.bed} °C au plateau.`,
        `The file asks for more than ${hottest.nozzle} °C at the nozzle or ${hottest.bed} °C at the bed.`,
      ),
    );
  }
  if (facts.nozzle === null && facts.moves > 0) {
    checks.push(
      warning(
        'gcode.no_temperature',
        'Le fichier ne règle pas la température de la buse.',
        'The file does not set the nozzle temperature.',
      ),
    );
  }
  if (!facts.slicerKnown) {
    checks.push(
      warning(
        'gcode.unknown_slicer',
        'Le trancheur n’est pas indiqué : la durée vient des mouvements.',
        'The slicer is not named: the duration comes from the moves.',
      ),
    );
  }
  return checks;
}

export function leavesBed(bounds: Bounds, area: { x: number; y: number; z: number }): boolean {
  const { min, max } = bounds;
  return min.x < 0 || min.y < 0 || max.x > area.x || max.y > area.y || max.z > area.z;
}

function refusal(code: string, fr: string, en: string): AnalysisCheck {
  return { code, level: 'refusal', message: { fr, en } };
}

function warning(code: string, fr: string, en: string): AnalysisCheck {
  return { code, level: 'warning', message: { fr, en } };
}
