import { tellHistories } from './history-model.ts';

tellHistories(1, 2);
