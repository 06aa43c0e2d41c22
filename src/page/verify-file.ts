import { formatStatement } from '../core/attestation.ts';
import type { AttemptDetail, RunData } from '../report/html/report-data.ts';
import { blockText, sha256, unpackChunk } from './unpack.ts';

/** What came out of a look at the digests of this file. */
export interface FileCheck {
	readonly blocks: number;
	/** Numbers of the blocks that were changed, from 1. */
	readonly damaged: readonly number[];
	/** Prompts whose markdown has the digest that the record gives for what the run left. */
	readonly prompts: number;
	readonly differentPrompts: readonly string[];
	/** Outputs whose digest is what the record says. */
	readonly matching: number;
	/** Outputs whose digest is another, as `file step 3`. */
	readonly different: readonly string[];
	/** Outputs that are not here as a whole, or were no UTF-8. */
	readonly partial: number;
	/** Results whose signature is right for the key that they name, and those where it is not. */
	readonly signed: number;
	readonly wronglySigned: readonly string[];
}

/**
 * Computes the digests of all blocks and of every output that is here as a whole.
 *
 * @throws {Error} A block can't be unpacked.
 */
export async function verifyFile(data: RunData): Promise<FileCheck> {
	const damaged: number[] = [];
	for (const [index, expected] of data.chunkSha256.entries()) {
		if ((await sha256(blockText(`chunk-${index}`))) !== expected) damaged.push(index + 1);
	}
	let [matching, partial] = [0, 0];
	const different: string[] = [];
	let signed = 0;
	let prompts = 0;
	const differentPrompts: string[] = [];
	const wronglySigned: string[] = [];
	for (const index of data.chunkSha256.keys()) {
		if (damaged.includes(index + 1)) continue;
		for (const { file, source, steps } of await unpackChunk(index)) {
			const digest = data.prompts.find((prompt) => prompt.file === file)?.digest ?? null;
			if (source !== null && digest !== null && !source.includes('\ufffd')) {
				if ((await sha256(source)) === digest) prompts += 1;
				else differentPrompts.push(file);
			}
			for (const { number, attempts } of steps) {
				for (const attempt of attempts) {
					const found = await checkOutput(attempt);
					if (found === 'matching') matching += 1;
					else if (found === 'partial') partial += 1;
					else if (found === 'different') different.push(`${file} step ${number}`);
					const isSigned = await checkSignature(attempt);
					if (isSigned === true) signed += 1;
					else if (isSigned === false) wronglySigned.push(`${file} step ${number}`);
				}
			}
		}
	}
	return {
		blocks: data.chunkSha256.length,
		damaged,
		prompts,
		differentPrompts,
		matching,
		different,
		partial,
		signed,
		wronglySigned,
	};
}

async function checkOutput({ output }: AttemptDetail): Promise<'matching' | 'different' | 'partial' | 'none'> {
	if (output.sha256 === null) return 'none';
	const text = output.parts.join('');
	const bytes = new TextEncoder().encode(text).length;
	// Bytes that were no UTF-8 became U+FFFD when they were read: they can't be had back.
	if (!output.isWhole || bytes !== output.bytes || text.includes('\ufffd')) return 'partial';
	return (await sha256(text)) === output.sha256 ? 'matching' : 'different';
}

/** `null`: nothing was signed, or this browser knows no Ed25519. */
async function checkSignature({ trace }: AttemptDetail): Promise<boolean | null> {
	const attestation = trace?.completed?.attestation ?? null;
	if (attestation === null) return null;
	try {
		const key = await crypto.subtle.importKey('raw', fromBase64Url(attestation.public_key), 'Ed25519', false, [
			'verify',
		]);
		const text = new TextEncoder().encode(formatStatement(attestation.statement));
		return await crypto.subtle.verify('Ed25519', key, fromBase64Url(attestation.signature), text);
	} catch (error) {
		return error instanceof DOMException && error.name === 'NotSupportedError' ? null : false;
	}
}

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
