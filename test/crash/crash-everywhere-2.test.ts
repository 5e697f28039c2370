import { testPart } from './crash-everywhere-parts.ts';

testPart(2);
