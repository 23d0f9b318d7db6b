/** Shared by the check and by whoever waits for it in vain. */
export const UNDECIDED_IN_TIME = 'whether it is could not be decided in time; make it shorter or simpler.';
