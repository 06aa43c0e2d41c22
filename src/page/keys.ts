/**
 * Makes the page work by keys: `j` `k` `/` `Esc` `?`. Keys with Ctrl, Alt or Meta stay the browser's, and fields keep what is typed.
 *
 * @returns Stops it.
 */
export function listenForKeys(): () => void {
	const listen = (event: KeyboardEvent): void => {
		if (event.ctrlKey || event.altKey || event.metaKey) return;
		if (document.querySelector('dialog[open]') !== null) return;
		const isField = event.target instanceof HTMLInputElement;
		if (event.key === 'Escape') leave(event, isField);
		else if (!isField && act(event.key)) event.preventDefault();
	};
	addEventListener('keydown', listen);
	return () => removeEventListener('keydown', listen);
}

function act(key: string): boolean {
	if (key === 'j') return move(1);
	if (key === 'k') return move(-1);
	if (key === '?') return click('#help-button');
	const field = key === '/' ? document.querySelector<HTMLElement>('#filter, #search-output') : null;
	field?.focus();
	return field !== null;
}

/** From row to row; on the page of a step from step to step. */
function move(by: 1 | -1): boolean {
	const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
	if (rows.length === 0) return click(by === 1 ? '#next-step' : '#previous-step');
	const index = rows.indexOf(document.activeElement as HTMLElement);
	const next = rows[index < 0 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, index + by))];
	next?.focus();
	next?.scrollIntoView({ block: 'nearest' });
	return true;
}

function click(selector: string): boolean {
	const element = document.querySelector<HTMLElement>(selector);
	element?.click();
	return element !== null;
}

function leave(event: KeyboardEvent, isField: boolean): void {
	if (isField) (event.target as HTMLElement).blur();
	else if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body)
		document.activeElement.blur();
	// The crumb before the last leads one level up.
	else [...document.querySelectorAll<HTMLElement>('.crumbs a')].at(-1)?.click();
}
