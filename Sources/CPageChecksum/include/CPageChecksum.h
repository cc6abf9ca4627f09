// Checksums of database pages: a SQLite VFS between SQLite and the disk.
#pragma once

// Makes it the default of this process; once, before the first database is opened. Every database
// made from then on has checksums. The result is SQLite's.
int pikapalaute_check_pages(void);

// Whether databases that are opened from now on are read without verifying their pages: for telling
// what is wrong with one, and for `repair`. What is written to them is sealed all the same.
void pikapalaute_trust_pages(int is_trusting);
