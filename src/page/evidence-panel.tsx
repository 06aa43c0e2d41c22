import type { AttemptDetail, StepDetail } from '../report/html/report-data.ts';

/** What the transcript says of this execution, and each check with its own tick. */
export function EvidencePanel({ attempt, step }: { readonly attempt: AttemptDetail; readonly step: StepDetail }) {
	const { trace, evidenceChecks } = attempt;
	return (
		<section class="card" id="evidence">
			<h2>
				Evidence{' '}
				<span class="faint">
					reached <b>{attempt.evidence}</b>, needed <b>{step.evidenceNeeded}</b>
				</span>
			</h2>
			{evidenceChecks.length === 0 ? <p class="faint">Nothing was checked.</p> : null}
			<ul class="checks">
				{evidenceChecks.map(({ name, isOk, detail }) => (
					<li key={name} class={isOk ? 'ok' : 'bad'}>
						<span aria-hidden="true">{isOk ? '✓' : '✗'}</span>
						<span class="hidden">{isOk ? 'ok: ' : 'not ok: '}</span> <b>{name}</b> <span class="faint">{detail}</span>
					</li>
				))}
			</ul>
			{trace === null ? null : (
				<div class="pair">
					<Record title="Call" line={trace.startedLine} record={trace.started} />
					<Record title="Result" line={trace.completedLine} record={trace.completed} />
				</div>
			)}
			<dl class="facts">
				<div>
					<dt>Looked in</dt>
					<dd>
						<code class="block">{attempt.evidenceSource ?? '(no transcript)'}</code>
					</dd>
				</div>
				<div>
					<dt>Marker</dt>
					<dd>
						<code class="block">{attempt.marker}</code>
					</dd>
				</div>
				<div>
					<dt>Execution</dt>
					<dd>
						<code class="block">{attempt.executionId}</code>
					</dd>
				</div>
				{attempt.output.sha256 === null ? null : (
					<div>
						<dt>Output digest</dt>
						<dd>
							<code class="digest">{attempt.output.sha256}</code>
						</dd>
					</div>
				)}
			</dl>
		</section>
	);
}

function Record({
	title,
	line,
	record,
}: {
	readonly title: string;
	readonly line: number;
	readonly record: object | null;
}) {
	return (
		<div>
			<h3>
				{title} <span class="faint">{record === null ? 'not found' : `line ${line}`}</span>
			</h3>
			{record === null ? null : (
				<dl class="record">
					{Object.entries(record).map(([key, value]: [string, unknown]) => (
						<>
							<dt>{key}</dt>
							<dd>{tellValue(value)}</dd>
						</>
					))}
				</dl>
			)}
		</div>
	);
}

const tellValue = (value: unknown): string =>
	typeof value === 'string'
		? value
		: typeof value === 'number'
			? String(Math.round(value * 1000) / 1000)
			: JSON.stringify(value, null, 1);
