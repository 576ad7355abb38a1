/** The simulator's time: the machine's, until somebody sets it; then it stands where it was put. */
export class SimulatorClock {
  private standingAt: number | undefined;

  /** Epoch milliseconds. */
  now(): number {
    return this.standingAt ?? Date.now();
  }

  get isStanding(): boolean {
    return this.standingAt !== undefined;
  }

  stand(at: number): void {
    this.standingAt = at;
  }

  run(): void {
    this.standingAt = undefined;
  }
}
