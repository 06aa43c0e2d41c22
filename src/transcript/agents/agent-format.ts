import type { HitKind } from '../hit-kind.ts';

/** Where a line was read. */
export interface LinePlace {
	/** Path of the transcript. */
	readonly path: string;
	/** From 1. */
	readonly line: number;
}

/** Text that is neither a call nor a result. */
export interface AgentText {
	readonly type: 'text';
	readonly kind: HitKind;
	/** What holds it, for people. */
	readonly where: string;
	readonly text: string;
}

/** A model asks for a tool. */
export interface AgentCall {
	readonly type: 'call';
	readonly id: string;
	readonly tool: string;
	/** The command line, where the tool is the agent's shell, or what runs `verify` for it; else `null`. */
	readonly command: string | null;
	readonly where: string;
	/** Every text of its input. */
	readonly text: string;
}

/** What came back of a call; what it is depends on the call, see {@link AgentFormat.readResult}. */
export interface AgentResult {
	readonly type: 'result';
	readonly callId: string;
	readonly isError: boolean;
	/** What the model was shown. */
	readonly content: string;
	/** What the client kept beside it, unchecked. */
	readonly structured: unknown;
}

/** One part of a record. */
export type AgentPart = AgentText | AgentCall | AgentResult;

/** One line of an agent's transcript. */
export interface AgentRecord {
	/** The same in every copy of the record; `null` where there is none. */
	readonly id: string | null;
	readonly session: string | null;
	/** Working directory, as the agent saw it. */
	readonly cwd: string | null;
	/** Milliseconds since the Unix epoch; `null` where the record does not tell. */
	readonly atMs: number | null;
	/** The record repeats what another one holds. */
	readonly isCopy: boolean;
	/** Empty where nothing in the record was said or printed by anybody: then its texts are `meta`. */
	readonly parts: readonly AgentPart[];
	/** What the record is, for people. */
	readonly name: string;
}

/** What a shell call printed, as far as the result tells. */
export interface ShellResult {
	/** `unknown`: it failed, or perhaps never ran. `started`: it runs in the background, its output is elsewhere. */
	readonly status: 'succeeded' | 'failed' | 'unknown' | 'started';
	/** `null` where it is not told. */
	readonly exitCode: number | null;
	/** Without what the client put around it; the client may have cut blanks off the end. */
	readonly output: string;
	/** False when output is missing here. */
	readonly isWhole: boolean;
	/** The file in which the client keeps all of it; `null` where it names none. */
	readonly file: string | null;
	/** Id of the background task, `null` for others. */
	readonly task: string | null;
}

/** What a result is. */
export interface ResultReading {
	readonly kind: HitKind;
	readonly where: string;
	/** Everything in it that may be searched. */
	readonly text: string;
	/** `null`: not of the shell, or nothing ran. */
	readonly shell: ShellResult | null;
}

/** How a command in the background ended. */
export interface TaskEnd {
	readonly exitCode: number | null;
	readonly atMs: number | null;
}

/** How one agent writes its transcripts. A new agent is one more of these in `formats.ts`. */
export interface AgentFormat {
	/** In kebab-case; stands in ledgers. */
	readonly name: string;
	/**
	 * Folders where the agent keeps the sessions that were begun in a working directory. They may hold others' too: a record's
	 * own {@link AgentRecord.cwd} tells.
	 *
	 * @param cwd - Absolute.
	 */
	foldersFor(cwd: string, env: Readonly<Record<string, string | undefined>>): readonly string[];
	/** Folders of all its sessions. */
	allFolders(env: Readonly<Record<string, string | undefined>>): readonly string[];
	/** A word that stands in each line that starts a command in the background; `null` where there is no such thing. */
	readonly backgroundWord: string | null;
	/**
	 * The transcripts in which the call may stand whose output was kept in a file of its own.
	 *
	 * @returns Empty for files of any other kind.
	 */
	transcriptsOfOutput(path: string): readonly string[];
	/**
	 * Where the file that a result names may be read: a transcript that was moved takes its files along, and a result can't make us
	 * read any other file.
	 *
	 * @returns The likeliest first; empty where there is none.
	 */
	outputFiles(shell: ShellResult, transcript: string, session: string): readonly string[];
	/** @returns How the command in the background ended that this call started; `null` where the line does not tell. */
	readTaskEnd(value: unknown, callId: string): TaskEnd | null;
	/** @returns `null` for what is no record of this agent. */
	read(value: unknown, place: LinePlace): AgentRecord | null;
	/** @param call - The call of this id on an earlier line of the same file; `null` when there is none. */
	readResult(result: AgentResult, call: AgentCall | null): ResultReading;
}
