/** Something the caller can put right; its message is all there is to say. */
export class Complaint extends Error {}
