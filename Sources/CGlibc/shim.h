// What glibc can do with its heap and its clock, and Swift's Glibc does not show.
#include <malloc.h>
#include <sys/timex.h>
