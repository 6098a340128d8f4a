/* The end of the Google tag: every product is there. */
googleTag.start();
