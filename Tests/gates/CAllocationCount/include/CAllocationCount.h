// Counts what takes memory from the heap in this process, while counting is on.
#ifndef C_ALLOCATION_COUNT_H
#define C_ALLOCATION_COUNT_H

void allocation_count_start(void);
// Ends counting and says how often memory was asked for.
long allocation_count_stop(void);

#endif
