// How statements run that look at few rows. Without it they run as all others do.
export * from '../runners/direct-runner.ts';
