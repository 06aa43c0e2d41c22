import { useEffect, useRef } from 'preact/hooks';

const KEYS: readonly (readonly [string, string])[] = [
	['j / k', 'next, previous row or step'],
	['Enter', 'open the row'],
	['/', 'filter or search'],
	['Esc', 'leave the field, close this, go up'],
	['?', 'this help'],
];
const FILTERS: readonly (readonly [string, string])[] = [
	['outcome:failed,flaky', 'one of these outcomes'],
	['prompt:build', 'file or title holds this'],
	['step:3', 'number, or part of the name'],
	['reason:timeout', 'why it is what it is'],
	['evidence:bound', 'what was reached'],
	['group:c41d09e2', 'failed in the same way'],
	['slower:2s', 'took longer'],
	['-outcome:passed', 'a minus excludes'],
	['"exact words"', 'anywhere in the row'],
];

/** Keys and filters; opened by `?` and by the button of that name. */
export function HelpDialog() {
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const open = (): void => dialog.current?.showModal();
		const button = document.getElementById('help-button');
		button?.addEventListener('click', open);
		return () => button?.removeEventListener('click', open);
	}, []);
	return (
		<dialog ref={dialog} id="help" aria-labelledby="help-title">
			<form method="dialog">
				<div class="card-head">
					<h2 id="help-title">Keys and filters</h2>
					<button type="submit" class="button">
						Close
					</button>
				</div>
				<Table rows={KEYS} />
				<h3>Filter the steps by</h3>
				<Table rows={FILTERS} />
			</form>
		</dialog>
	);
}

const Table = ({ rows }: { readonly rows: readonly (readonly [string, string])[] }) => (
	<dl class="keys">
		{rows.map(([name, text]) => (
			<div key={name}>
				<dt>
					<kbd>{name}</kbd>
				</dt>
				<dd>{text}</dd>
			</div>
		))}
	</dl>
);
