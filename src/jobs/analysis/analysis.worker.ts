import { parentPort, workerData } from 'node:worker_threads';
import { analyseGcode } from './analyse-gcode.js';

const { path } = workerData as { path: string };
parentPort?.postMessage(await analyseGcode(path));
