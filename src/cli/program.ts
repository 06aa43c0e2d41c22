import { ERRORS } from '../core/errors.ts';
import { main } from './main.ts';

// Should nothing be left to wait for before `main` came to its end, nothing was proven.
process.exitCode = ERRORS.BROKEN_INVARIANT.exit;

void main(process.argv.slice(2)).then((exitCode) => {
	process.exitCode = exitCode;
	// Everything is closed by now. Should a bug have left a timer or a socket behind, nobody shall wait for it.
	setTimeout(() => process.exit(), 5000).unref();
});
