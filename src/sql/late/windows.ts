// Calls with OVER.
export * from '../binder/bind-window.ts';
export * from '../executor/window.ts';
export * from '../parser/windows.ts';
export * from '../planner/plan-window.ts';
