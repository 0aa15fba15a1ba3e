// Where downloaded files are kept.

/** The cache of the files that the user has asked for, whoever fetched them. */
const DOWNLOADS = STORE_NAME + ":downloads";
