const NO_FOLDER = 'a file stands where one of its folders is wanted';
const READ_ONLY = 'the file, its folder or its disk is read-only';

/** Why something can't be written, in words, by the code of the system. */
export const WRITE_FAILURES: Readonly<Partial<Record<string, string>>> = {
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	ENOENT: 'its folder does not exist (any more)',
	ENOTDIR: NO_FOLDER,
	EEXIST: NO_FOLDER,
	EACCES: READ_ONLY,
	EPERM: READ_ONLY,
	EROFS: READ_ONLY,
};
