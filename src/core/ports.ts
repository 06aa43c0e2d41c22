/** Time, as the host tells it. */
export interface Clock {
	/** Milliseconds since the Unix epoch; may jump. */
	nowMs(): number;
	/** Milliseconds since some fixed moment; never goes back. */
	monotonicMs(): number;
	/**
	 * Calls `callback` once after `delayMs`.
	 *
	 * @returns Cancels the call; calling it twice is fine.
	 */
	schedule(callback: () => void, delayMs: number): () => void;
}

/** Randomness fit for secrets. */
export interface Random {
	/** @returns `length` fresh bytes that the caller owns. */
	bytes(length: number): Uint8Array;
}

/** An incremental SHA-256. */
export interface Sha256 {
	update(chunk: Uint8Array | string): void;
	/** @returns 64 hex digits in lower case; the hash takes no more after it. */
	digest(): string;
}

/** SHA-256 as the host offers it. */
export interface Hashes {
	createSha256(): Sha256;
	/** @returns 64 hex digits in lower case of the UTF-8 text or the bytes. */
	sha256(content: Uint8Array | string): string;
}

/** Signs with an Ed25519 key that the host keeps. */
export interface Signer {
	/** @returns The 32 raw bytes in base64url without padding: the `x` of a JWK. */
	publicKey(): string;
	/** @returns The signature over the UTF-8 of the text, 64 raw bytes in base64url without padding. */
	sign(text: string): string;
}

/** What a signature is checked with; key and signature as {@link Signer} gives them. */
export interface Signed {
	readonly text: string;
	readonly signature: string;
	readonly publicKey: string;
}

/** Checks Ed25519 signatures. */
export interface Signatures {
	/** @returns False also when key or signature are no such thing; never throws. */
	verify(signed: Signed): boolean;
}

/** What to start: one shell command in a process group of its own. */
export interface GroupSpec {
	readonly command: string;
	/** Absolute path or name of the shell; called as `shell -c command`. */
	readonly shell: string;
	readonly cwd: string;
	/** The whole environment of the command; nothing is inherited beside it. */
	readonly env: Readonly<Record<string, string>>;
	/** Written to standard input, which is then closed; default: nothing, closed at once. */
	readonly stdin?: string;
}

/** How the direct child of a group ended; exactly one of both is not `null`. */
export interface GroupExit {
	/** 0 to 255. */
	readonly exitCode: number | null;
	/** Such as `SIGTERM`. */
	readonly signal: string | null;
}

/** Signals that an execution can get. */
export type GroupSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

/** A process that outlived its execution and was killed. */
export interface LeakedProcess {
	readonly pid: number;
	/** First 200 characters of its command line, `?` where the system does not show it. */
	readonly command: string;
}

/** A live process group. Whoever spawned it waits for `exited` and calls `sweep`. */
export interface ProcessGroup {
	readonly pid: number;
	/** Equal to `pid`: the child leads its group. */
	readonly pgid: number;
	/** Settles once the direct child is reaped; never rejects. */
	readonly exited: Promise<GroupExit>;
	/** Settles once both streams have ended; a daemon that keeps a pipe open delays it for ever. */
	readonly closed: Promise<void>;
	/** Receives output in the order it was read; the bytes belong to the receiver. Set once; nothing is read before. */
	onOutput(listener: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void): void;
	/** Stops reading from both streams, so that the child blocks on its full pipe. */
	pause(): void;
	resume(): void;
	/**
	 * Signals the whole group, and whoever the last `survivors` found outside of it.
	 *
	 * @returns False when nobody was there to get it. Never signals a group again that was found empty: its number may be another's.
	 */
	signal(signal: GroupSignal): boolean;
	/** Stops waiting for streams that a daemon holds open. */
	closeStreams(): void;
	/**
	 * Finds members that still live, in the group or (where the system shows environments) anywhere with this execution's id.
	 *
	 * @returns The live ones, zombies left out.
	 */
	survivors(): Promise<readonly LeakedProcess[]>;
}

/** Starts process groups. */
export interface Processes {
	/**
	 * Starts a command.
	 *
	 * @throws {AppError} `SPAWN_FAILED`: the shell or the working directory is missing, or the system refused.
	 */
	spawnGroup(spec: GroupSpec): Promise<ProcessGroup>;
}

/** What an update did to a file. */
export type UpdateResult = 'written' | 'unchanged';

/** Files, as far as prompts and records need them. Paths are absolute or relative to the working directory. */
export interface Files {
	/**
	 * Reads a whole file.
	 *
	 * @throws {AppError} `FILE_MISSING`, `FILE_NOT_A_FILE`, `FILE_UNREADABLE`.
	 */
	read(path: string): Promise<Uint8Array>;
	/**
	 * Changes a file under a lock that all processes of this machine respect, atomically and durably: the file holds the old or the
	 * new bytes at every moment. Symbolic links are followed; mode and owner are kept.
	 *
	 * @param edit - Gets what the file holds now; returns what it shall hold, or `null` to leave it. Called again with what somebody else,
	 *   such as an editor, saves before its text is in place.
	 * @throws {AppError} `FILE_MISSING`, `FILE_UNREADABLE`, `FILE_READ_ONLY`, `FILE_WRITE_FAILED` (disk full among them): the file is as it was.
	 */
	update(path: string, edit: (current: Uint8Array) => Uint8Array | null): Promise<UpdateResult>;
	/**
	 * Writes a file whole and atomically, making its folders; no lock.
	 *
	 * @param content - Or its blocks in order: each is asked for while the one before is being written.
	 * @throws {AppError} `FILE_WRITE_FAILED`: the file is as it was, or not there. An error of whoever makes the blocks is its cause.
	 */
	write(path: string, content: Uint8Array | string | Iterable<Uint8Array>): Promise<void>;
}

/** A file that holds what was searched. */
export interface FoundFile {
	/** For people; bytes that are not UTF-8 read as U+FFFD. */
	readonly path: string;
	/** The path's own bytes, to open it with. */
	readonly pathBytes: Uint8Array;
}

/** What a search found. */
export interface SearchResult {
	/** Each file once, in the order of their bytes. */
	readonly files: readonly FoundFile[];
	/** What could not be searched, a sentence each; empty when everything was. */
	readonly problems: readonly string[];
}

/** A line that holds what was searched. */
export interface FoundLine {
	readonly file: FoundFile;
	/** From 1. */
	readonly line: number;
	/** Where the line begins in its file, bytes. */
	readonly offset: number;
	/** Without its newline; they belong to the receiver. */
	readonly bytes: Uint8Array;
	/** True when `bytes` is not the whole line. */
	readonly isCut: boolean;
}

/** Finds files by their content. */
export interface Search {
	/**
	 * Finds the files that hold a word, hidden, ignored and binary ones too; symbolic links below the folders are not followed.
	 *
	 * @param word - Only `[A-Za-z0-9_]`, 1 to 200 characters.
	 * @param roots - Folders or files, any number.
	 * @throws {TypeError} `word` has another character or length; nothing was searched.
	 * @throws {AppError} `FILE_MISSING`: a root does not exist. `SEARCH_FAILED`: no engine could search.
	 */
	filesWith(word: string, roots: readonly string[]): Promise<SearchResult>;
	/**
	 * Finds the lines that hold any of some words, as {@link Search.filesWith} finds files, in one pass over all of them.
	 *
	 * @param words - Each only `[A-Za-z0-9_]`, 1 to 200 characters; at least one.
	 * @param onLine - Called with the lines of one file after another, files in any order; nothing is read while it is awaited.
	 * @returns What could not be searched, a sentence each.
	 * @throws {TypeError} A word has another character or length; nothing was searched.
	 * @throws {AppError} `FILE_MISSING`: a root does not exist. `SEARCH_FAILED`: no engine could search. What `onLine` throws.
	 */
	linesWith(
		words: readonly string[],
		roots: readonly string[],
		onLine: (line: FoundLine) => void | Promise<void>,
	): Promise<readonly string[]>;
}

/** A file that only grows, open under its lock. */
export interface Journal {
	/** Bytes in the file now. */
	readonly size: number;
	/** @returns The bytes from `offset` to the end; empty when there are none. */
	read(offset: number): Uint8Array;
	/**
	 * Writes at the end; any process can read it afterwards.
	 *
	 * @throws {AppError} `FILE_WRITE_FAILED`: the file is as it was before.
	 */
	append(bytes: Uint8Array): void;
	/** Cuts a torn end off. */
	truncate(size: number): void;
	/** Settles once everything written survives a loss of power. */
	sync(): Promise<void>;
	/**
	 * Gives the file another name in its folder; an empty one takes its place, and is what the journal means from now on.
	 *
	 * @throws {AppError} `FILE_WRITE_FAILED`: the name is taken; the journal is as it was.
	 */
	archive(name: string): void;
	/**
	 * Reads another file of the journal's folder.
	 *
	 * @returns `null` when there is none.
	 * @throws {AppError} As {@link Journals.read}.
	 */
	readBeside(name: string): Uint8Array | null;
	/**
	 * Puts another file of its folder in place; once it settles the new bytes survive a loss of power, until then the old ones do. Only who
	 * has the journal may write that file.
	 *
	 * @throws {AppError} `FILE_WRITE_FAILED`: the file is as it was before.
	 */
	replaceBeside(name: string, bytes: Uint8Array): Promise<void>;
	/**
	 * Makes another file of its folder where there is none, whole but not durable. Any journal of the folder may.
	 *
	 * @throws {AppError} `FILE_WRITE_FAILED`.
	 */
	addBeside(name: string, bytes: Uint8Array): void;
}

/** Journals shared by the processes of a machine. */
export interface Journals {
	/**
	 * Works on a journal under a lock that all processes of this machine respect; makes file and folder where they are missing.
	 * Nothing else of this process works on the same journal meanwhile.
	 *
	 * @param options - `isKept`: it is opened again soon, so that files may stay open, and the lock's file in place, at a quarter of the
	 *   cost; who sets it opens the journal once more without it in the end. Default: false.
	 * @throws {AppError} `FILE_UNREADABLE`, `FILE_READ_ONLY`, `FILE_WRITE_FAILED`; what `work` throws.
	 */
	open<T>(
		path: string,
		work: (journal: Journal) => Promise<T> | T,
		options?: { readonly isKept?: boolean },
	): Promise<T>;
	/**
	 * Reads all bytes, without a lock.
	 *
	 * @returns `null` when there is no such file.
	 * @throws {AppError} `FILE_UNREADABLE`: among others because the file is a symbolic link that leads out of its folder.
	 */
	read(path: string): Promise<Uint8Array | null>;
	/**
	 * Tells whether the folder of a journal is there: where it is not, neither is anything that stands beside the journal.
	 *
	 * @throws {AppError} `FILE_UNREADABLE`: the folder is a symbolic link.
	 */
	hasFolder(path: string): Promise<boolean>;
	/** @returns The path with all symbolic links followed, so that all names of a prompt share one ledger; as it is where nothing is there. */
	resolve(path: string): Promise<string>;
}

/** A process, as a record names it: enough to tell later whether it still lives. */
export interface Writer {
	/** Digest of the machine and, in a container, of its process table. */
	readonly host: string;
	readonly pid: number;
	/** Tells one holder of the number from the next; empty where the system hides it. */
	readonly started: string;
}

/** Who writes. */
export interface Writers {
	/** This process. */
	readonly self: Writer;
	/** @returns `elsewhere` when the process belongs to another machine or container, where nobody here can look. */
	stateOf(writer: Writer): 'alive' | 'gone' | 'elsewhere';
}
