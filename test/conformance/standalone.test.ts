import { startStandalone } from '../helpers/standalone-executor.ts';
import { describeConformance } from './describe-conformance.ts';

describeConformance('verify serve', () => startStandalone());
