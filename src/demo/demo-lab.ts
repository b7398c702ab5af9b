import type { NewMachine } from '../machines/add-machine.js';
import type { OpeningHours } from '../machines/opening-hours.rules.js';
import type { MemberRole, Locale } from '../people/member.entity.js';

/** The demo lab of Louvre-Lens Vallée: what a fresh start shows. */
export const demoLab = {
  slug: 'museolab',
  name: 'muséolab, Louvre-Lens Vallée',
  timeZone: 'Europe/Paris',
  openingHours: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], opens: '09:00', closes: '19:00' },
    { days: ['sat'], opens: '10:00', closes: '17:00' },
  ] as const satisfies OpeningHours,
};

export const demoMembers: readonly {
  email: string;
  name: string;
  role: MemberRole;
  locale: Locale;
}[] = [
  {
    email: 'manager@demo.creneau.local',
    name: 'Camille Delattre',
    role: 'lab_manager',
    locale: 'fr',
  },
  { email: 'entrepreneur@demo.creneau.local', name: 'Inès Lefebvre', role: 'member', locale: 'fr' },
  { email: 'newcomer@demo.creneau.local', name: 'Tom Wagner', role: 'member', locale: 'en' },
];

/** Nobody cuts with a laser who was not shown how; the newcomer has yet to come to the course. */
export const demoTraining = {
  name: 'Sécurité laser',
  heldBy: ['manager@demo.creneau.local', 'entrepreneur@demo.creneau.local'],
  requiredBy: 'laser_cutter',
};

const printer = {
  machineType: 'fdm_printer',
  openingHours: 'around_the_clock',
  startPolicy: 'remote',
  materials: ['PLA', 'PETG'],
} as const;

const laser = {
  machineType: 'laser_cutter',
  startPolicy: 'operator',
  materials: ['contreplaqué 3 mm', 'acrylique 3 mm', 'carton'],
} as const;

/** With the model that the simulated controller tells of itself. */
export const demoMachines: readonly (Omit<NewMachine, 'labId'> & { model: string })[] = [
  {
    ...printer,
    slug: 'prusa-mk4',
    name: 'Prusa MK4',
    model: 'MK4',
    workArea: { x: 250, y: 210, z: 220 },
  },
  {
    ...printer,
    slug: 'prusa-mini',
    name: 'Prusa MINI+',
    model: 'MINI',
    workArea: { x: 180, y: 180, z: 180 },
  },
  {
    ...printer,
    slug: 'ender-3',
    name: 'Creality Ender-3',
    model: 'Ender-3',
    workArea: { x: 220, y: 220, z: 250 },
  },
  {
    ...printer,
    slug: 'bambu-a1',
    name: 'Bambu Lab A1',
    model: 'A1',
    workArea: { x: 256, y: 256, z: 256 },
  },
  {
    ...laser,
    slug: 'trotec-speedy',
    name: 'Trotec Speedy 100',
    model: 'Speedy 100',
    workArea: { x: 610, y: 305, z: 170 },
  },
  {
    ...laser,
    slug: 'epilog-zing',
    name: 'Epilog Zing 24',
    model: 'Zing 24',
    workArea: { x: 610, y: 305, z: 197 },
  },
];
