import { useEffect, useState } from 'preact/hooks';

const SHOWN_MS = 1600;

/** A button that copies a text, and says so. */
export function CopyButton({ text, label }: { readonly text: string | (() => string); readonly label: string }) {
	const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
	useEffect(() => {
		if (state === 'idle') return;
		const timer = setTimeout(() => setState('idle'), SHOWN_MS);
		return () => clearTimeout(timer);
	}, [state]);
	const copy = (): void => {
		navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(
			() => setState('copied'),
			() => setState('failed'),
		);
	};
	return (
		<button type="button" class="button needs-script" onClick={copy}>
			<span aria-live="polite">{state === 'copied' ? 'Copied' : state === 'failed' ? 'Not allowed here' : label}</span>
		</button>
	);
}
