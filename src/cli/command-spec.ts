/** An option of one command, beside the table of run options. */
export interface CommandOption {
	/** As help shows it, such as `--json`. */
	readonly flag: string;
	readonly description: string;
	/** The values that it takes, where there are only some; for completions. */
	readonly choices?: readonly string[];
}

/** One command of `verify`; help, parser and dispatch read this table. */
export interface CommandSpec {
	readonly name: string;
	/** Positional arguments as help shows them. */
	readonly args: string;
	readonly description: string;
	/** True: takes the options of a run (`src/config/options.ts`). */
	readonly takesRunOptions: boolean;
	/** True: takes those of an executor (`src/config/serve-options.ts`). */
	readonly takesServeOptions?: boolean;
	/** True: takes those of the gate (`src/config/gate-options.ts`). */
	readonly takesGateOptions?: boolean;
	readonly options: readonly CommandOption[];
	/** Shown in help, each a whole command line. */
	readonly examples: readonly string[];
}
