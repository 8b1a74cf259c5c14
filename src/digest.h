/*
 * digest.h
 *	  SHA-256 of a text, in hex.
 */
#ifndef DIGEST_H
#define DIGEST_H

/* Of the text's bytes as UTF-8, whatever the database's encoding; 64 hex digits as text. */
extern text *digest_text(const char *string, int length);

#endif							/* DIGEST_H */
