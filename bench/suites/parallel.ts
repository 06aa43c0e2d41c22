import { makePrompts, promptOfSteps } from '../make-prompts.ts';
import { measure } from '../measure.ts';
import { type Extent, type Row, ratioAtMost } from '../rows.ts';
import { VERIFY } from '../verify-program.ts';

/** Times many prompts at once, beside `xargs`. */
export async function measureParallel({ runs }: Extent): Promise<readonly Row[]> {
	const prompts = await makePrompts(100, () => promptOfSteps(1, 'sleep 0.1', ''));
	const [beside = null, ours] = await measure(
		[
			{ name: 'xargs -P 32', argv: ['sh', '-c', `seq 100 | xargs -P 32 -n 1 sh -c 'sleep 0.1'`] },
			{
				name: 'verify --jobs 32',
				argv: [process.execPath, VERIFY, ...prompts.files, '--jobs', '32'],
				cwd: prompts.folder,
				prepare: prompts.reset,
			},
		],
		runs,
	);
	await prompts.remove();
	return ours ? [{ work: '100 prompts of one `sleep 0.1`, --jobs 32', ours, beside, goal: ratioAtMost(1.6) }] : [];
}
