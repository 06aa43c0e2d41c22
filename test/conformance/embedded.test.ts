import { startExecutor } from '../helpers/executor.ts';
import { describeConformance } from './describe-conformance.ts';

describeConformance('embedded executor on its private socket', () => startExecutor());
