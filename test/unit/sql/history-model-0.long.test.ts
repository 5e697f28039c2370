import { tellHistories } from './history-model.ts';

tellHistories(0, 2);
