// What glibc can do with its heap and Swift's Glibc does not show.
#include <malloc.h>
