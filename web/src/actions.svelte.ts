import { ApiProblem } from './api/problem';

/** One action at a time, with the problem it ended in. */
export class Action {
  busy = $state(false);
  problem = $state<ApiProblem | null>(null);

  /** Resolves to true when `work` succeeded. A second call while one runs does nothing. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.problem = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
