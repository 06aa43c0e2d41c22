import { makePrompts, promptOfSteps } from '../make-prompts.ts';
import { measure } from '../measure.ts';
import { addedAtMost, type Extent, msAtMost, type Row } from '../rows.ts';
import { VERIFY } from '../verify-program.ts';

/** Times what a person waits for before anything is said, beside a Node that does nothing. */
export async function measureStartup({ runs }: Extent): Promise<readonly Row[]> {
	const prompts = await makePrompts(1, () => promptOfSteps(5, 'true', ''));
	const node = process.execPath;
	const [one = ''] = prompts.files;
	const cwd = prompts.folder;
	const figures = await measure(
		[
			{ name: 'node -e 0', argv: [node, '-e', '0'] },
			{ name: 'verify --help', argv: [node, VERIFY, '--help'] },
			{ name: 'verify show, one prompt', argv: [node, VERIFY, 'show', one], cwd },
			{
				name: 'first line of a run',
				argv: [node, VERIFY, one, '--no-write'],
				cwd,
				prepare: prompts.reset,
				isTimedByFirstLine: true,
			},
			{ name: 'a run of 5 x true', argv: [node, VERIFY, one, '--no-write'], cwd, prepare: prompts.reset },
			{
				name: 'a run of 5 x true, nothing compiled before',
				argv: [node, VERIFY, one, '--no-write'],
				cwd,
				prepare: prompts.reset,
				env: { NODE_DISABLE_COMPILE_CACHE: '1' },
			},
		],
		// Short, and told by few milliseconds: more runs cost little and say more.
		runs * 3,
	);
	await prompts.remove();
	const [beside = null, ...ours] = figures;
	const goals = [addedAtMost(20), addedAtMost(80), msAtMost(300), null, null];
	return ours.map((figure, index) => ({ work: figure.name, ours: figure, beside, goal: goals[index] ?? null }));
}
