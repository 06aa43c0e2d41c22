import { useState } from 'preact/hooks';
import type { RunData } from '../report/html/report-data.ts';
import { count } from './format-moment.ts';
import { type FileCheck, verifyFile } from './verify-file.ts';

/** Recomputes the digests of this very file, and says what that cannot prove. */
export function VerifyBox({ data }: { readonly data: RunData }) {
	const [check, setCheck] = useState<FileCheck | 'running' | 'failed' | null>(null);
	const heads = data.prompts.filter(({ ledgerHead }) => ledgerHead !== null);
	const verify = (): void => {
		setCheck('running');
		verifyFile(data).then(setCheck, () => setCheck('failed'));
	};
	return (
		<section class="card" id="verify-file">
			<div class="card-head">
				<h2>Verify this file</h2>
				<button type="button" class="button needs-script" onClick={verify} disabled={check === 'running'}>
					{check === 'running' ? 'Computing…' : 'Recompute digests'}
				</button>
			</div>
			<div aria-live="polite">
				{check === 'failed' ? <p>A part of this file is damaged and can't be read.</p> : null}
			</div>
			<div aria-live="polite">{check !== null && typeof check === 'object' ? <Findings check={check} /> : null}</div>
			<dl class="facts">
				{data.recordSha256 === '' ? null : (
					<>
						<dt>run.json</dt>
						<dd class="digest">sha256 {data.recordSha256}</dd>
					</>
				)}
				{heads.slice(0, 5).map(({ file, ledgerHead }) => (
					<>
						<dt>ledger head of {file}</dt>
						<dd class="digest">{ledgerHead}</dd>
					</>
				))}
			</dl>
			<p class="faint">
				What this cannot prove: that the digests and the keys themselves are honest. Whoever can write this file can
				write them too. Compare the digest of run.json with the file in the run's folder, the key with the executor's,
				and let <code>verify audit</code> derive the counts again from the ledger in the repository.
			</p>
		</section>
	);
}

function Findings({ check }: { readonly check: FileCheck }) {
	const isWhole = check.damaged.length === 0;
	return (
		<ul class="checks">
			<Row isOk={isWhole}>
				{isWhole
					? `${count(check.blocks, 'block')} of details as they were written`
					: `changed since they were written: block ${check.damaged.join(', ')}`}
			</Row>
			{check.prompts + check.differentPrompts.length === 0 ? null : (
				<Row isOk={check.differentPrompts.length === 0}>
					{check.differentPrompts.length === 0
						? `${count(check.prompts, 'prompt')} as the run left ${check.prompts === 1 ? 'it' : 'them'}`
						: `not as the run left it: ${check.differentPrompts.join(', ')}`}
				</Row>
			)}
			<Row isOk={check.different.length === 0}>
				{check.different.length === 0
					? `${count(check.matching, 'output')} ${check.matching === 1 ? 'has' : 'have'} the digest that the executor told`
					: `differs from the digest that the executor told: ${check.different.join(', ')}`}
			</Row>
			{check.signed + check.wronglySigned.length === 0 ? null : (
				<Row isOk={check.wronglySigned.length === 0}>
					{check.wronglySigned.length === 0
						? `${count(check.signed, 'result')} signed with the key that ${check.signed === 1 ? 'it names' : 'they name'}`
						: `the signature is wrong: ${check.wronglySigned.join(', ')}`}
				</Row>
			)}
			{check.partial === 0 ? null : (
				<li class="faint">{count(check.partial, 'output')} kept in part or not as text: nothing to compute from</li>
			)}
		</ul>
	);
}

const Row = ({ isOk, children }: { readonly isOk: boolean; readonly children: string }) => (
	<li class={isOk ? 'ok' : 'bad'}>
		<span aria-hidden="true">{isOk ? '✓' : '✗'}</span> <span class="hidden">{isOk ? 'ok: ' : 'not ok: '}</span>
		{children}
	</li>
);
