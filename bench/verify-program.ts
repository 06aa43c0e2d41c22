import { resolve } from 'node:path';

/** The built program that is measured; `VERIFY_PROGRAM` names another build, such as a copy while somebody builds. */
export const VERIFY = resolve(process.env.VERIFY_PROGRAM ?? 'dist/verify.js');
