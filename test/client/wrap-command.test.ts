import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { ExecuteRequest } from '../../src/client/client.ts';
import { wrapCommand } from '../../src/client/wrap-command.ts';
import type { ExecutionId, Marker } from '../../src/core/ids.ts';
import { check } from '../helpers/check.ts';
import { splitWords } from '../helpers/posix-words.ts';
import { describe } from '../helpers/suite.ts';

const base = { executionId: 'e' as ExecutionId, marker: 'MARKER_1' as Marker };

/** Both ways in which executors start a line. */
const ways: readonly [string, (line: string) => string][] = [
	[
		'split into words',
		(line) => {
			const [program = '', ...args] = splitWords(line);
			return execFileSync(program, args, { encoding: 'utf8' });
		},
	],
	['given to a shell', (line) => execFileSync('sh', ['-c', line], { encoding: 'utf8' })],
];

describe('wrapCommand()', ({ test }) => {
	for (const [way, start] of ways) {
		test(`means the same ${way}, whatever stands in the command`, () => {
			const awkward = fc.string({
				unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '!', ' ', 'a', ';', '#', '%', 'é'),
			});
			check(
				fc.property(awkward, awkward, (value, stdin) => {
					const command = 'printf "%s|" "$A" "$VERIFY_MARKER" "$VERIFY_EXECUTION_ID"; pwd; cat';
					const request: ExecuteRequest = { ...base, command, cwd: '/', env: { A: value }, stdin };
					const output = start(wrapCommand(request, 'sh'));
					assert.is(output, `MARKER_1 begin\n${value}|MARKER_1|e|/\n${stdin}\nMARKER_1 end 0\n`);
				}),
				{ numRuns: 15 },
			);
		});

		test(`runs the command's own text ${way}`, () => {
			const command = `a='it'"'"'s'; printf '%s' "$a" && (exit 0) | cat; echo "\\$x" # end`;
			assert.is(
				start(wrapCommand({ ...base, command }, 'bash')),
				`MARKER_1 begin\nit's$x\n\nMARKER_1 end 0\n`.replace('\\$', '$'),
			);
		});
	}

	test('ends with the exit code of the command', () => {
		const line = wrapCommand({ ...base, command: 'exit 7', stdin: 'unread' }, 'sh');
		try {
			execFileSync('sh', ['-c', line]);
			assert.unreachable();
		} catch (error) {
			assert.ok(error instanceof Error && 'status' in error && 'stdout' in error);
			assert.is(error.status, 7);
			assert.is(String(error.stdout), 'MARKER_1 begin\n\nMARKER_1 end 7\n');
		}
	});

	test('does not run the command where its folder is missing', () => {
		const line = wrapCommand({ ...base, command: 'echo ran', cwd: '/missing/folder' }, 'sh');
		try {
			execFileSync('sh', ['-c', line], { stdio: 'pipe' });
			assert.unreachable();
		} catch (error) {
			assert.ok(error instanceof Error && 'status' in error && 'stdout' in error);
			assert.is(error.status, 126);
			assert.is(String(error.stdout), '');
		}
	});
});
