// Checksums of database pages: a SQLite VFS between SQLite and the disk.
#pragma once

// Makes it the default of this process; once, before the first database is opened. Every database
// made from then on has checksums. The result is SQLite's.
int pikapalaute_check_pages(void);
