import { useEffect, useState } from 'preact/hooks';
import type { PromptDetail, PromptRow } from '../report/html/report-data.ts';
import { unpackChunk } from './unpack.ts';

/** The details of a prompt, once they are unpacked; `loading` until then, `broken` when they can't be. */
export function useDetail(prompt: PromptRow): PromptDetail | 'loading' | 'broken' {
	const [state, setState] = useState<{ readonly file: string; readonly detail: PromptDetail | 'broken' } | null>(null);
	useEffect(() => {
		let isWanted = true;
		const tell = (detail: PromptDetail | 'broken'): void => {
			if (isWanted) setState({ file: prompt.file, detail });
		};
		unpackChunk(prompt.chunk).then(
			(details) => tell(details.find(({ file }) => file === prompt.file) ?? 'broken'),
			() => tell('broken'),
		);
		return () => {
			isWanted = false;
		};
	}, [prompt]);
	// What was unpacked for another prompt is not shown under this one's name.
	return state?.file === prompt.file ? state.detail : 'loading';
}
