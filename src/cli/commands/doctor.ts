import { createHost } from '../create-host.ts';
import { createStyle } from '../create-style.ts';
import { checkExecutor } from '../doctor/check-executor.ts';
import { checkFiles } from '../doctor/check-files.ts';
import { checkTools } from '../doctor/check-tools.ts';
import { checkTranscripts } from '../doctor/check-transcripts.ts';
import type { Finding } from '../doctor/finding.ts';
import { formatFinding } from '../doctor/format-finding.ts';
import { listenForInterrupts } from '../interrupts.ts';
import type { Invocation } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';
import { readToken } from '../read-token.ts';
import { TOOL } from '../version.ts';

/** `verify doctor`: asks the executor for ends that are known, and looks at all that a run needs; exit 3 when something fails. */
export async function doctor({ args, options, io }: Invocation): Promise<number> {
	const config = await loadConfig(toRunFlags(options), io, optionText(options.config));
	const host = createHost();
	const token = await readToken(config.tokenFile, io.env.VERIFY_TOKEN, host.files);
	const isJson = options.json === true;
	const style = createStyle(io, options.color === false ? false : undefined);
	const findings: Finding[] = [];
	let section = '';
	const tell = (finding: Finding): void => {
		findings.push(finding);
		if (isJson) return;
		if (finding.section !== section) io.out(`${section === '' ? '' : '\n'}${style.bold(finding.section)}`);
		section = finding.section;
		io.out(formatFinding(finding, style));
	};
	const interrupts = listenForInterrupts(() => io.err('verify: interrupted, ending the controls'));
	const { controls } = await checkExecutor(config, { host, token, signal: interrupts.signal }, tell);
	interrupts.stop();
	const interrupted = interrupts.exitCode();
	if (interrupted !== null) return interrupted;
	const env = { ...io.env } as NodeJS.ProcessEnv;
	for (const finding of await checkTools(config.shell, env)) tell(finding);
	for (const finding of await checkTranscripts(config, env)) tell(finding);
	for (const finding of await checkFiles({ prompts: args, reports: config.reports, env })) tell(finding);
	const failed = findings.filter(({ mark }) => mark === 'fail').map(({ name }) => name);
	const warned = findings.filter(({ mark }) => mark === 'warn').map(({ name }) => name);
	const exitCode = failed.length > 0 ? 3 : 0;
	if (isJson) io.out(JSON.stringify({ v: 1, tool: TOOL, exitCode, failed, warned, findings, controls }));
	io.err(`verify: ${sumUp(failed, warned)} (exit code ${exitCode})`);
	return exitCode;
}

function sumUp(failed: readonly string[], warned: readonly string[]): string {
	const warnings = warned.length === 0 ? '' : `, warned of ${warned.join(', ')}`;
	return failed.length > 0 ? `doctor failed: ${failed.join(', ')}${warnings}` : `doctor found all well${warnings}`;
}
