/** One thing that `verify doctor` looked at. */
export interface Finding {
	readonly section: 'executor' | 'tools' | 'transcripts' | 'files';
	/** A short name, such as `known-flood` or `rg`. */
	readonly name: string;
	/** `fail`: a run would fail, or could not be trusted. `warn`: it works, with less than it could. */
	readonly mark: 'ok' | 'warn' | 'fail';
	/** One phrase: what was found. */
	readonly detail: string;
	/** What to do, one imperative sentence; `null` when all is well. */
	readonly advice: string | null;
}

/** Makes a finding that all is well. */
export const ok = (section: Finding['section'], name: string, detail: string): Finding => ({
	section,
	name,
	mark: 'ok',
	detail,
	advice: null,
});

/** Makes a finding that somebody should do something about. */
export const trouble = (
	mark: 'warn' | 'fail',
	{ section, name, detail }: Omit<Finding, 'mark' | 'advice'>,
	advice: string,
): Finding => ({ section, name, mark, detail, advice });
