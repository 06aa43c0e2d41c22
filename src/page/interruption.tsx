import { formatDuration } from '../core/durations.ts';
import type { Interruption as Cause } from '../core/events.ts';
import type { AttemptDetail } from '../report/html/report-data.ts';
import { ScrollBox } from './scroll-box.tsx';

/** Why a step was ended before its own end, and what its end left behind. */
export function KillLog({ attempt }: { readonly attempt: AttemptDetail }) {
	const { interruption, leaked, signal, exitCode } = attempt;
	if (interruption === null && leaked.length === 0) return null;
	return (
		<section class="card" id="kill-log">
			<h2>{interruption === null ? 'Left behind' : 'Ended early'}</h2>
			{interruption === null ? null : <CauseText cause={interruption} durationMs={attempt.durationMs} />}
			<ol class="log">
				{interruption === null ? null : (
					<li>
						the whole process group was cancelled after {formatDuration(attempt.durationMs)}
						{signal === null ? '' : `, it ended by ${signal}`}
						{exitCode === null ? '' : `, exit code ${exitCode}`}
					</li>
				)}
				{leaked.map(({ pid, command }) => (
					<li key={pid}>
						survivor <code>{pid}</code> <code>{command}</code>: killed
					</li>
				))}
				{leaked.length === 0 ? <li>nothing was left behind</li> : null}
			</ol>
		</section>
	);
}

function CauseText({ cause, durationMs }: { readonly cause: Cause; readonly durationMs: number }) {
	switch (cause.kind) {
		case 'timeout':
			return (
				<p>
					It ran for {formatDuration(durationMs)}; its timeout is <b>{formatDuration(cause.limitMs)}</b>.
				</p>
			);
		case 'stall':
			return (
				<>
					<p>
						It printed nothing for {formatDuration(cause.lastLineAgeMs)}; its stall limit is{' '}
						<b>{formatDuration(cause.limitMs)}</b>.
					</p>
					<p>
						Last line:{' '}
						{cause.lastLine === null ? <i>nothing was printed</i> : <code class="block">{cause.lastLine}</code>}
					</p>
				</>
			);
		case 'error-pattern':
			return <PatternText cause={cause} />;
		case 'interrupted':
			return <p>The run was interrupted; this is not counted.</p>;
	}
}

function PatternText({ cause }: { readonly cause: Extract<Cause, { kind: 'error-pattern' }> }) {
	const start = cause.lineNumber - cause.before.length;
	return (
		<>
			<p>
				Line {cause.lineNumber} holds the error pattern <code>{cause.pattern}</code>.
			</p>
			<ScrollBox class="diff" label="Around the error pattern">
				{[...cause.before, cause.line, ...cause.after].map((text, index) => {
					const number = start + index;
					return (
						<div key={number} class={number === cause.lineNumber ? 'diff-line missing first' : 'diff-line'}>
							<span class="gutter">{number}</span>
							<span class="sign" aria-hidden="true">
								{number === cause.lineNumber ? '›' : ' '}
							</span>
							<span class="text">{text}</span>
						</div>
					);
				})}
			</ScrollBox>
		</>
	);
}
